(* A small difference between two like LASE players at their symmetric rest point m/d grows at the rate
   2 u m/d - (R - s), where u = T - R, s = S - P, m = s + T and d = m + u. Where d > 0 this is positive exactly if
   D = (s + 2 u)^2 - 2 u^2 - R^2 > 0, and where d < 0 exactly if D < 0. For D = 2 u m - (R - s) d. *)

From Coq Require Import Reals Lra Psatz.
Open Scope R_scope.
Notation real := R.

Lemma rate : forall R T s : real, -R + 2*T + s <> 0 ->
  (-R + s + (-2*R + 2*T)*(T + s)/(-R + 2*T + s))*(-R + 2*T + s) = -R^2 - 2*(-R + T)^2 + (-2*R + 2*T + s)^2.
Proof. intros; field; assumption. Qed.

(* differences grow iff D > 0 *)
Theorem claim_1 : forall R T s : real, -R + 2*T + s > 0 ->
  (-R^2 - 2*(-R + T)^2 + (-2*R + 2*T + s)^2 > 0 <-> -R + s + (-2*R + 2*T)*(T + s)/(-R + 2*T + s) > 0).
Proof.
  intros R T s pos.
  rewrite <- (rate R T s) by lra.
  generalize (-R + s + (-2*R + 2*T)*(T + s)/(-R + 2*T + s)); intro r; split; nra.
Qed.

(* the other way round for d < 0 *)
Theorem claim_2 : forall R T s : real, -R + 2*T + s < 0 ->
  (-R^2 - 2*(-R + T)^2 + (-2*R + 2*T + s)^2 < 0 <-> -R + s + (-2*R + 2*T)*(T + s)/(-R + 2*T + s) > 0).
Proof.
  intros R T s neg.
  rewrite <- (rate R T s) by lra.
  generalize (-R + s + (-2*R + 2*T)*(T + s)/(-R + 2*T + s)); intro r; split; nra.
Qed.
