(* Relationships among players with two actions, worth Q_C and Q_D, the first expected with probability q: the worth of
   the action done, less the mean, divided by the range of the two. It is 1 - q after C and -q after D where C is worth
   more, and q - 1 and q where D is. *)

From Coq Require Import Reals Lra.
Open Scope R_scope.
Notation real := R.

(* C serves the player *)
Theorem claim_1 : forall Q_C Q_D q : real, Q_C > Q_D ->
  ((-Q_C*q - Q_D*(1 - q) + Q_D)/(Q_C - Q_D) = -q /\ (-Q_C*q + Q_C - Q_D*(1 - q))/(Q_C - Q_D) = 1 - q).
Proof. intros; split; field; lra. Qed.

(* D serves the player *)
Theorem claim_2 : forall Q_C Q_D q : real, Q_C < Q_D ->
  ((-Q_C*q - Q_D*(1 - q) + Q_D)/(-Q_C + Q_D) = q /\ (-Q_C*q + Q_C - Q_D*(1 - q))/(-Q_C + Q_D) = q - 1).
Proof. intros; split; field; lra. Qed.
