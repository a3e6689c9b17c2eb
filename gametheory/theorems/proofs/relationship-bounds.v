(* Relationships lie between -1 and 1, gift weights between 0 and 1/(N - 1), and the kept share is not negative. A
   relationship is a mean of differences of two values divided by the range of all; its positive part, divided by the
   number of co-players, is the weight. *)

From Coq Require Import Reals Lra.
Open Scope R_scope.
Notation real := R.

Lemma at_least : forall a d x : real, 0 < d -> (a/d >= x <-> a >= x*d).
Proof.
  intros a d x pos; assert (e : a = a/d*d) by (field; lra).
  split; intro; [rewrite e | apply Rnot_lt_ge; intro; assert (a/d*d < x*d) by (apply Rmult_lt_compat_r; lra); lra].
  apply Rmult_ge_compat_r; lra.
Qed.

Lemma at_most : forall a d x : real, 0 < d -> (a/d <= x <-> a <= x*d).
Proof.
  intros a d x pos; assert (e : a = a/d*d) by (field; lra).
  split; intro; [rewrite e | apply Rnot_lt_le; intro; assert (x*d < a/d*d) by (apply Rmult_lt_compat_r; lra); lra].
  apply Rmult_le_compat_r; lra.
Qed.

(* two values differ by at most the range *)
Theorem claim_1 : forall Q_max Q_min x y : real,
  Q_min < Q_max -> Q_min <= x -> x <= Q_max -> Q_min <= y -> y <= Q_max ->
  ((x - y)/(Q_max - Q_min) >= -1 /\ (x - y)/(Q_max - Q_min) <= 1).
Proof. intros; rewrite at_least, at_most; lra. Qed.

(* a mean of two numbers between -1 and 1 lies there *)
Theorem claim_2 : forall epsilon x y : real,
  x <= 1 -> x >= -1 -> y <= 1 -> y >= -1 -> epsilon >= 0 -> epsilon <= 1 ->
  (epsilon*y + x*(1 - epsilon) >= -1 /\ epsilon*y + x*(1 - epsilon) <= 1).
Proof. intros; split; nra. Qed.

(* bounds of gift weights *)
Theorem claim_3 : forall N omega : real, omega >= -1 -> omega <= 1 -> N >= 2 ->
  ((Rmax 0 omega)/(N - 1) >= 0 /\ (Rmax 0 omega)/(N - 1) <= 1/(N - 1)).
Proof.
  intros N omega low high n.
  assert (w : 0 <= Rmax 0 omega <= 1) by (unfold Rmax; destruct (Rle_dec 0 omega); lra).
  rewrite at_least, at_most by lra.
  replace (1/(N - 1)*(N - 1)) with 1 by (field; lra).
  lra.
Qed.

(* N - 1 numbers of at most 1 sum to at most N - 1, so the kept share is not negative *)
Theorem claim_4 : forall N y : real, N >= 2 -> y <= N - 1 -> -y/(N - 1) + 1 >= 0.
Proof.
  intros N y n sum.
  assert (-y/(N - 1) >= -1) by (apply at_least; lra).
  lra.
Qed.
