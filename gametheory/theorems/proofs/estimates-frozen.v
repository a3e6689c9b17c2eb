(* If each LASE player takes the other's cooperation to be a constant q, the advantage of cooperating is
   p2 (R - T q) + (1 - p2)(S + T - P - T q). For T > 0 it is positive for every p2 if and only if
   q < min(R, S + T - P)/T. Then the rest point, where it is inside, is above 1/2 if cooperation dominates at q = 1/2,
   and below if defection does; and the numbers for (4, 0, 5, 1). *)

From Coq Require Import Reals Lra Psatz.
Open Scope R_scope.
Notation real := R.

Lemma below_quotient : forall a d x : real, 0 < d -> (x < a/d <-> x*d < a).
Proof.
  intros a d x pos; assert (e : a = a/d*d) by (field; lra).
  revert e; generalize (a/d); intros y e; split; nra.
Qed.

(* cooperation dominates if q is small *)
Theorem claim_1 : forall P R S T p2 q : real,
  T > 0 -> q < (Rmin (R/T) ((-P + S + T)/T)) -> p2 >= 0 -> p2 <= 1 ->
  p2*(R - T*q) + (1 - p2)*(-P + S - T*q + T) > 0.
Proof.
  intros P R S T p2 q pos small low high.
  assert (first : q*T < R) by (apply below_quotient; [lra |]; eapply Rlt_le_trans; [exact small | apply Rmin_l]).
  assert (second : q*T < -P + S + T)
    by (apply below_quotient; [lra |]; eapply Rlt_le_trans; [exact small | apply Rmin_r]).
  destruct (Rle_dec p2 (1/2)); nra.
Qed.

(* and only if: the advantage is positive at p2 = 0 and at p2 = 1 *)
Theorem claim_2 : forall P R S T q : real, T > 0 -> R - T*q > 0 -> -P + S - T*q + T > 0 ->
  q < (Rmin (R/T) ((-P + S + T)/T)).
Proof. intros; apply Rmin_glb_lt; apply below_quotient; lra. Qed.

(* dominant at q = 1/2 *)
Theorem claim_3 : forall P R S T : real, -R + T > 0 -> -P + S + T > 0 -> R > T/2 -> -P + S + T > T/2 ->
  (-P + S + T)/(-P - R + S + 2*T) > 1/2.
Proof. intros; apply below_quotient; lra. Qed.

(* dominated at q = 1/2 *)
Theorem claim_4 : forall P R S T : real, -R + T > 0 -> -P + S + T > 0 -> R < T/2 -> -P + S + T < T/2 ->
  (-P + S + T)/(-P - R + S + 2*T) < 1/2.
Proof.
  intros P R S T u num r n.
  assert (e : -P + S + T = (-P + S + T)/(-P - R + S + 2*T)*(-P - R + S + 2*T)) by (field; lra).
  revert e; generalize ((-P + S + T)/(-P - R + S + 2*T)); intros x e; nra.
Qed.

(* the game (4, 0, 5, 1) *)
Theorem claim_5 : forall P R S T p2 q : real, R = 4 -> S = 0 -> T = 5 -> P = 1 -> p2 >= 0 -> p2 <= 1 ->
  ((q >= 81/100 -> p2*(R - T*q) + (1 - p2)*(-P + S - T*q + T) < 0)
   /\ (q <= 79/100 -> p2*(R - T*q) + (1 - p2)*(-P + S - T*q + T) > 0)).
Proof. intros P R S T p2 q -> -> -> -> low high; split; intro; lra. Qed.
