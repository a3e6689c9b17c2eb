(* In a game of chicken, T > R > S > P, with S + T > P, LASE players cooperate more than in the mixed equilibrium
   (S - P)/(T + S - R - P) if and only if T > 0. *)

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

Theorem claim_1 : forall P R S T : real, T > R -> R > S -> S > P -> -P + S + T > 0 ->
  (T > 0 <-> (-P + S + T)/(-P - R + S + 2*T) > (-P + S)/(-P - R + S + T)).
Proof. intros; rewrite compare by lra; split; nra. Qed.
