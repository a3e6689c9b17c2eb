(* Rest points of a LASE player beside a sure cooperator, at 2 - T/R, and beside a sure defector, at m/T, with u = T - R,
   s = S - P and m = s + T; the own advantages of the sure ones there; and that the pair of unequal rest points meets
   the first where F = (2R - T)^2 - R s = 0 and the second where E = T (2R - T) - s (2T - R) = 0. *)

From Coq Require Import Reals Lra Psatz.
Open Scope R_scope.
Notation real := R.

(* beside a sure cooperator *)
Theorem claim_1 : forall R T p1 : real, R <> 0 -> T <> 0 -> -R*p1 + 2*R - T = R*(-p1 + 2 - T/R).
Proof. intros; field; assumption. Qed.

(* whether the sure cooperator stays sure *)
Theorem claim_2 : forall R T s : real, R <> 0 -> T <> 0 ->
  s - (2 - T/R)^2*(-R + T) + (2 - T/R)*(-R + T) - (2 - T/R)*(-R + T + s) = (R - T)*(-R*s + (2*R - T)^2)/R^2.
Proof. intros; field; assumption. Qed.

(* beside a sure defector *)
Theorem claim_3 : forall R T p1 s : real, R <> 0 -> T <> 0 -> -T*p1 + T + s = T*(-p1 + (T + s)/T).
Proof. intros; field; assumption. Qed.

(* whether the sure defector stays sure *)
Theorem claim_4 : forall R T s : real, R <> 0 -> T <> 0 ->
  T + s - (T + s)*(-R + T + s)/T - (-R + T)*(T + s)^2/T^2 = (T + s)*(T*(2*R - T) - s*(-R + 2*T))/T^2.
Proof. intros; field; assumption. Qed.

(* where F = 0 the numbers 1 and 2 - T/R have the sum and the product of the pair *)
Theorem claim_5 : forall R T s : real, R <> 0 -> T <> 0 -> T <> R -> -R*s + (2*R - T)^2 = 0 ->
  (3 - T/R = (R - s)/(-R + T) /\ 2 - T/R = (T*(2*R - T) - s*(-R + 2*T))/(2*(-R + T)^2)).
Proof.
  intros R T s r t tempting zero.
  assert (e : s = (2*R - T)^2/R) by (apply (Rmult_eq_reg_l R); [| assumption]; field_simplify; [lra | assumption]).
  assert (u : -R + T <> 0) by lra.
  subst s; split; field; split; assumption.
Qed.

(* where E = 0 so have 0 and m/T, with the same distances from full cooperation *)
Theorem claim_6 : forall R T s : real, R <> 0 -> T <> 0 -> T <> R -> T*(2*R - T) - s*(-R + 2*T) = 0 ->
  ((T + s)/T = (R - s)/(-R + T) /\ 1 - (T + s)/T = (-R*s + (2*R - T)^2)/(2*(-R + T)^2)).
Proof.
  intros R T s r t tempting zero.
  assert (u : -R + T <> 0) by lra.
  assert (v : -R + 2*T <> 0).
  { intro w; assert (e : R = 2*T) by lra; subst R.
    assert (z : T*(3*T) = 0) by lra; apply Rmult_integral in z; lra. }
  assert (e : s = T*(2*R - T)/(-R + 2*T))
    by (apply (Rmult_eq_reg_r (-R + 2*T)); [| assumption]; field_simplify; [lra | assumption]).
  subst s; split; field; repeat split; assumption.
Qed.
