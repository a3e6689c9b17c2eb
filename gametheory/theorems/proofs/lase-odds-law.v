(* The odds of cooperation at the rest point of two like LASE players, with gift scale kappa, are
   (S - P + kappa T)/(T - R); in the donation game with benefit b and cost c the rest point is 1 - c/(kappa b). The rest
   point lies between 0 and 1, and the advantage (1 - p)(S - P + kappa T) - p (T - R) is zero there alone. *)

From Coq Require Import Reals Lra Psatz.
Open Scope R_scope.
Notation real := R.

(* odds, with any gift scale *)
Theorem claim_1 : forall P R S T kappa : real, -R + T > 0 -> -P + S + T*kappa > 0 ->
  (-P + S + T*kappa)
    /((-(-P + S + T*kappa)/(-P - R + S + T*kappa + T) + 1)*(-P - R + S + T*kappa + T))
  = (-P + S + T*kappa)/(-R + T).
Proof.
  intros P R S T kappa u num.
  replace ((-(-P + S + T*kappa)/(-P - R + S + T*kappa + T) + 1)*(-P - R + S + T*kappa + T)) with (-R + T)
    by (field; lra).
  reflexivity.
Qed.

(* the rest point of the donation game *)
Theorem claim_2 : forall b c kappa : real, b*kappa > 0 -> (b*kappa - c)/(b*kappa) = 1 - c/(b*kappa).
Proof.
  intros b c kappa pos.
  assert (b <> 0 /\ kappa <> 0) by (split; intro zero; rewrite zero in pos; lra).
  field; tauto.
Qed.

Lemma zero_inside : forall m u p : real, m > 0 -> u > 0 ->
  m/(m + u) > 0 /\ m/(m + u) < 1 /\ (p = m/(m + u) <-> -p*u + (1 - p)*m = 0).
Proof.
  intros m u p posm posu.
  assert (e : m = m/(m + u)*(m + u)) by (field; lra).
  revert e; generalize (m/(m + u)); intros x e.
  split; [nra | split; [nra | split; intro h]].
  - subst p; nra.
  - assert (z : (p - x)*(m + u) = 0) by nra.
    apply Rmult_integral in z; destruct z; lra.
Qed.

(* the rest point is inside, and the advantage on the diagonal is zero there alone *)
Theorem claim_3 : forall P R S T kappa p : real, -R + T > 0 -> -P + S + T*kappa > 0 ->
  ((-P + S + T*kappa)/(-P - R + S + T*kappa + T) > 0 /\ (-P + S + T*kappa)/(-P - R + S + T*kappa + T) < 1
   /\ (p = (-P + S + T*kappa)/(-P - R + S + T*kappa + T) <-> -p*(-R + T) + (1 - p)*(-P + S + T*kappa) = 0)).
Proof.
  intros P R S T kappa p u num.
  replace (-P - R + S + T*kappa + T) with (-P + S + T*kappa + (-R + T)) by ring.
  apply zero_inside; lra.
Qed.
