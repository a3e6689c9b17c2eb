(* What raises cooperation: let d = 2T + S - R - P > 0 and move one payoff by h > 0. The rest point (S + T - P)/d rises
   with T if and only if P > R + S, with S if and only if T > R, falls with P if and only if T > R (given that d stays
   positive below), and rises with R if and only if S + T > P. *)

From Coq Require Import Reals Lra Psatz.
Open Scope R_scope.
Notation real := R.

Lemma compare : forall a d b e : real, 0 < d -> 0 < e -> (a/d > b/e <-> a*e > b*d).
Proof.
  intros a d b e posd pose.
  assert (gap : a/d - b/e = (a*e - b*d)/(d*e)) by (field; lra).
  assert (pos : 0 < / (d*e)) by (apply Rinv_0_lt_compat; nra).
  unfold Rdiv at 3 in gap; split; intro; nra.
Qed.

Lemma compare_less : forall a d b e : real, 0 < d -> 0 < e -> (a/d < b/e <-> a*e < b*d).
Proof. intros a d b e posd pose; exact (compare b e a d pose posd). Qed.

(* temptation *)
Theorem claim_1 : forall P R S T h : real, h > 0 -> -P - R + S + 2*T > 0 ->
  (P > R + S <-> (-P + S + T + h)/(-P - R + S + 2*T + 2*h) > (-P + S + T)/(-P - R + S + 2*T)).
Proof. intros; rewrite compare by lra; split; nra. Qed.

(* the lone cooperator's payoff *)
Theorem claim_2 : forall P R S T h : real, h > 0 -> -P - R + S + 2*T > 0 ->
  (T > R <-> (-P + S + T + h)/(-P - R + S + 2*T + h) > (-P + S + T)/(-P - R + S + 2*T)).
Proof. intros; rewrite compare by lra; split; nra. Qed.

(* punishment *)
Theorem claim_3 : forall P R S T h : real, h > 0 -> -P - R + S + 2*T > 0 -> -P - R + S + 2*T - h > 0 ->
  (T > R <-> (-P + S + T - h)/(-P - R + S + 2*T - h) < (-P + S + T)/(-P - R + S + 2*T)).
Proof. intros; rewrite compare_less by lra; split; nra. Qed.

(* reward *)
Theorem claim_4 : forall P R S T h : real, h > 0 -> -P - R + S + 2*T > 0 -> -P - R + S + 2*T - h > 0 ->
  (-P + S + T > 0 <-> (-P + S + T)/(-P - R + S + 2*T - h) > (-P + S + T)/(-P - R + S + 2*T)).
Proof. intros; rewrite compare by lra; split; nra. Qed.
