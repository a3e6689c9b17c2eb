(* Two like LASE players on the diagonal: the advantage of cooperating is g(p) = (S + T - P) - (2T + S - R - P) p. It is
   S + T - P at p = 0 and R - T at p = 1, and the signs of these two decide between four regimes. *)

From Coq Require Import Reals Lra Psatz.
Open Scope R_scope.
Notation real := R.

(* The zero of m - p d, if m and d have the same sign and d is the larger one: inside, and g changes sign there. *)
Lemma zero_rising : forall m d p : real, d < m -> m < 0 -> m/d > 0 /\ m/d < 1 /\ (p > m/d <-> m - p*d > 0).
Proof.
  intros m d p less neg.
  assert (e : m = m/d*d) by (field; lra).
  revert e; generalize (m/d); intros x e.
  split; [nra | split; [nra | split; nra]].
Qed.

Lemma zero_falling : forall m d p : real, d > m -> m > 0 -> m/d > 0 /\ m/d < 1 /\ (m - p*d > 0 <-> p < m/d).
Proof.
  intros m d p more pos.
  assert (e : m = m/d*d) by (field; lra).
  revert e; generalize (m/d); intros x e.
  split; [nra | split; [nra | split; nra]].
Qed.

(* full cooperation *)
Theorem claim_1 : forall P R S T p : real, p >= 0 -> p <= 1 -> R > T -> -P + S + T > 0 ->
  -P + S + T - p*(-P - R + S + 2*T) > 0.
Proof. intros P R S T p low high stag helped; destruct (Rle_dec p (1/2)); nra. Qed.

(* full defection *)
Theorem claim_2 : forall P R S T p : real, p >= 0 -> p <= 1 -> R < T -> -P + S + T < 0 ->
  -P + S + T - p*(-P - R + S + 2*T) < 0.
Proof. intros P R S T p low high tempting hurt; destruct (Rle_dec p (1/2)); nra. Qed.

(* two attractors *)
Theorem claim_3 : forall P R S T p : real, p >= 0 -> p <= 1 -> R > T -> -P + S + T < 0 ->
  ((-P + S + T)/(-P - R + S + 2*T) > 0 /\ (-P + S + T)/(-P - R + S + 2*T) < 1
   /\ (p > (-P + S + T)/(-P - R + S + 2*T) <-> -P + S + T - p*(-P - R + S + 2*T) > 0)).
Proof. intros; apply zero_rising; lra. Qed.

(* the rest point attracts *)
Theorem claim_4 : forall P R S T p : real, p >= 0 -> p <= 1 -> R < T -> -P + S + T > 0 ->
  ((-P + S + T)/(-P - R + S + 2*T) > 0 /\ (-P + S + T)/(-P - R + S + 2*T) < 1
   /\ (-P + S + T - p*(-P - R + S + 2*T) > 0 <-> p < (-P + S + T)/(-P - R + S + 2*T))).
Proof. intros; apply zero_falling; lra. Qed.

(* border of full cooperation *)
Theorem claim_5 : forall P R S T p : real, p >= 0 -> p <= 1 -> R = T -> -P + S + T > 0 ->
  (p >= 1 \/ -P + S + T - p*(-P - R + S + 2*T) > 0).
Proof. intros P R S T p low high same pos; destruct (Rge_dec p 1); [left; assumption | right; nra]. Qed.

(* border of full defection *)
Theorem claim_6 : forall P R S T p : real, p >= 0 -> p <= 1 -> R = T -> -P + S + T < 0 ->
  (p >= 1 \/ -P + S + T - p*(-P - R + S + 2*T) < 0).
Proof. intros P R S T p low high same neg; destruct (Rge_dec p 1); [left; assumption | right; nra]. Qed.

(* S + T = P *)
Theorem claim_7 : forall P R S T p : real, p >= 0 -> p <= 1 -> -P + S + T = 0 -> p > 0 ->
  ((R = T -> -P + S + T - p*(-P - R + S + 2*T) = 0)
   /\ (R > T -> -P + S + T - p*(-P - R + S + 2*T) > 0)
   /\ (R < T -> -P + S + T - p*(-P - R + S + 2*T) < 0)).
Proof. intros; split; [intro; nra | split; intro; nra]. Qed.
