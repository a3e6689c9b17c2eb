(* In a prisoner's dilemma with S + T > P the rest point of two like LASE players, (S + T - P)/(2T + S - R - P), lies
   strictly between 0 and 1. *)

From Coq Require Import Reals Lra.
Open Scope R_scope.
Notation real := R.

Theorem claim_1 : forall P R S T : real, T > R -> R > P -> P > S -> S + T > P ->
  ((-P + S + T)/(-P - R + S + 2*T) > 0 /\ (-P + S + T)/(-P - R + S + 2*T) < 1).
Proof.
  intros P R S T tr rp ps helped.
  assert (pos : 0 < -P - R + S + 2*T) by lra.
  split.
  - apply Rdiv_lt_0_compat; lra.
  - apply (Rmult_lt_reg_r (-P - R + S + 2*T)); [exact pos |].
    replace ((-P + S + T)/(-P - R + S + 2*T)*(-P - R + S + 2*T)) with (-P + S + T) by (field; lra).
    lra.
Qed.
