(* The share e = (W(p) - P)/(R - P) of the gain from cooperation that is reached where all cooperate with probability p
   lies between p^2 and 2p - p^2 if 2P <= S + T <= 2R. In additive games, R + P = S + T, it is p, and the rest point of
   two LASE players is R/T. In the donation game full cooperation is worth T/R times what two LASE players get. *)

From Coq Require Import Reals Lra Psatz.
Open Scope R_scope.
Notation real := R.

(* bounds *)
Theorem claim_1 : forall P R S T p : real, R > P -> S + T >= 2*P -> S + T <= 2*R -> p >= 0 -> p <= 1 ->
  ((P*(1 - p)^2 - P + R*p^2 + p*(1 - p)*(S + T))/(-P + R) >= p^2
   /\ (P*(1 - p)^2 - P + R*p^2 + p*(1 - p)*(S + T))/(-P + R) <= -p^2 + 2*p).
Proof.
  intros P R S T p rp least most low high.
  assert (0 <= p*(1 - p)) by nra.
  assert (pos : 0 < / (-P + R)) by (apply Rinv_0_lt_compat; lra).
  assert (below : (P*(1 - p)^2 - P + R*p^2 + p*(1 - p)*(S + T))/(-P + R) - p^2
    = p*(1 - p)*(S + T - 2*P)*/ (-P + R)) by (field; lra).
  assert (above : -p^2 + 2*p - (P*(1 - p)^2 - P + R*p^2 + p*(1 - p)*(S + T))/(-P + R)
    = p*(1 - p)*(2*R - S - T)*/ (-P + R)) by (field; lra).
  assert (0 <= p*(1 - p)*(S + T - 2*P)*/ (-P + R)) by (repeat apply Rmult_le_pos; lra).
  assert (0 <= p*(1 - p)*(2*R - S - T)*/ (-P + R)) by (repeat apply Rmult_le_pos; lra).
  lra.
Qed.

(* additive games *)
Theorem claim_2 : forall P R p : real, R > P -> (P*(1 - p)^2 - P + R*p^2 + p*(1 - p)*(P + R))/(-P + R) = p.
Proof. intros; field; lra. Qed.

(* their rest point *)
Theorem claim_3 : forall P R S T : real, S = P + R - T -> T > 0 -> (-P + S + T)/(-P - R + S + 2*T) = R/T.
Proof. intros P R S T additive t; subst S; field; lra. Qed.

(* donation game, T = b, R = b - c *)
Theorem claim_4 : forall R T : real, T > R -> R > 0 -> R/(R^3/T^2 + R^2*(-R/T + 1)/T) = T/R.
Proof.
  intros R T tr r.
  replace (R^3/T^2 + R^2*(-R/T + 1)/T) with (R^2/T) by (field; lra).
  field; lra.
Qed.
