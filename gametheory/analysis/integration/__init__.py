"""How flows are followed: the request, the plain integrator, its compiled twin, maps, and events on the way."""
