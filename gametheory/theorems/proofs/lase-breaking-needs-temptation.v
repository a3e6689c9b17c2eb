(* A prisoner's dilemma with R > 0 and S + T > P breaks the symmetry of two LASE players only if 2 u^2 > R^2, where
   u = T - R; and for every such u the discriminant D is positive at S = P. For D = (2 u^2 - R^2) + s (s + 4u) with
   s = S - P < 0: where the first part is not positive, the second has to be, so that s + 4u < 0, and then R is too large
   for that. *)

From Coq Require Import Reals Lra Psatz.
Open Scope R_scope.
Notation real := R.

(* without that much temptation symmetry holds *)
Theorem claim_1 : forall P R S T : real, T > R -> R > P -> P > S -> R > 0 -> S + T > P ->
  -R^2 - 2*(-R + T)^2 + (-P - 2*R + S + 2*T)^2 > 0 -> 2*(-R + T)^2 > R^2.
Proof.
  intros P R S T a b c d e broken.
  destruct (Rlt_dec (R^2) (2*(-R + T)^2)) as [yes | no]; [assumption | exfalso].
  assert (parts : (S - P)*(S - P + 4*(T - R)) > 0) by lra.
  assert (low : S - P + 4*(T - R) < 0) by nra.
  set (u := T - R) in *; set (k := -(S - P + 4*u)); set (m := S + T - P).
  assert (pu : u > 0) by (unfold u; lra).
  assert (pk : k > 0) by (unfold k; lra).
  assert (pm : m > 0) by (unfold m; lra).
  assert (er : R = 3*u + m + k) by (unfold m, k, u; lra).
  assert (D : 2*u^2 - R^2 + (4*u + k)*k > 0) by (unfold k, u in *; lra).
  rewrite er in D; nra.
Qed.

(* and no more is needed: at S = P symmetry breaks *)
Theorem claim_2 : forall R T : real, R > 0 -> T > R -> 2*(-R + T)^2 > R^2 ->
  -R^2 + (-2*R + 2*T)^2 - 2*(-R + T)^2 > 0.
Proof. intros; lra. Qed.
