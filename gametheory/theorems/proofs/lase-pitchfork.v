(* At a rest point of two unequal LASE players, put in with u = T - R and s = R - u (p1 + p2), the Jacobian of the two
   advantages has the determinant 2D with D = u^2 (p1 - p2)^2 > 0; and the slopes u p2 - T and u p1 - T of the advantages
   have the sign of -u, so that the trace is negative for T > R and positive for T < R. *)

From Coq Require Import Reals Lra Psatz.
Open Scope R_scope.
Notation real := R.

Lemma difference : forall R T p1 p2 s : real, R - s = (-R + T)*(p1 + p2) ->
  R*(-p1 - p2 + 2) = (-R + T)*(-2*p1*p2 + 2*p1 + 2*p2 - 1) ->
  -R^2 - 2*(-R + T)^2 + (-2*R + 2*T + s)^2 = (-R + T)^2*(p1 - p2)^2.
Proof.
  intros R T p1 p2 s total product.
  assert (e : s = R - (-R + T)*(p1 + p2)) by lra; subst s.
  assert (times : (-R + T)*(R*(-p1 - p2 + 2)) = (-R + T)*((-R + T)*(-2*p1*p2 + 2*p1 + 2*p2 - 1)))
    by (rewrite product; reflexivity).
  lra.
Qed.

(* times 2 - p1 - p2 > 0: the slope of the first advantage in p1 *)
Lemma slope : forall R T p1 p2 : real, R*(-p1 - p2 + 2) = (-R + T)*(-2*p1*p2 + 2*p1 + 2*p2 - 1) ->
  (-T + p2*(-R + T))*(2 - p1 - p2) = -(-R + T)*((1 - p2)*(1 + p1) + p2^2).
Proof. intros R T p1 p2 product; lra. Qed.

(* the determinant at an unequal rest point *)
Theorem claim_1 : forall R T p1 p2 s : real, R > 0 -> p1 > 0 -> p1 < 1 -> p2 > 0 -> p2 < 1 -> p1 <> p2 ->
  R - s = (-R + T)*(p1 + p2) -> R*(-p1 - p2 + 2) = (-R + T)*(-2*p1*p2 + 2*p1 + 2*p2 - 1) ->
  (-T + p1*(-R + T))*(-T + p2*(-R + T))
  - (R - T - 2*p1*(-R + T) + p2*(-R + T) - s)*(R - T + p1*(-R + T) - 2*p2*(-R + T) - s)
  = -2*R^2 - 4*(-R + T)^2 + 2*(-2*R + 2*T + s)^2.
Proof.
  intros R T p1 p2 s pos a b c d differ total product.
  assert (e : s = R - (-R + T)*(p1 + p2)) by lra; subst s.
  assert (times : (-R + T)*(R*(-p1 - p2 + 2)) = (-R + T)*((-R + T)*(-2*p1*p2 + 2*p1 + 2*p2 - 1)))
    by (rewrite product; reflexivity).
  assert (by_reward : R*(R*(-p1 - p2 + 2)) = R*((-R + T)*(-2*p1*p2 + 2*p1 + 2*p2 - 1)))
    by (rewrite product; reflexivity).
  lra.
Qed.

(* its sign *)
Theorem claim_2 : forall R T p1 p2 s : real, R > 0 -> p1 > 0 -> p1 < 1 -> p2 > 0 -> p2 < 1 -> p1 <> p2 ->
  R - s = (-R + T)*(p1 + p2) -> R*(-p1 - p2 + 2) = (-R + T)*(-2*p1*p2 + 2*p1 + 2*p2 - 1) ->
  -R^2 - 2*(-R + T)^2 + (-2*R + 2*T + s)^2 > 0.
Proof.
  intros R T p1 p2 s pos a b c d differ total product.
  rewrite (difference R T p1 p2 s total product).
  assert (u : -R + T <> 0) by (intro zero; rewrite zero in product; nra).
  assert (v : p1 - p2 <> 0) by lra.
  assert ((-R + T)^2 > 0) by (simpl; rewrite Rmult_1_r; apply Rsqr_pos_lt in u; exact u).
  assert ((p1 - p2)^2 > 0) by (simpl; rewrite Rmult_1_r; apply Rsqr_pos_lt in v; exact v).
  apply Rmult_gt_0_compat; assumption.
Qed.

(* the trace for T > R: the pair attracts *)
Theorem claim_3 : forall R T p1 p2 s : real, R > 0 -> p1 > 0 -> p1 < 1 -> p2 > 0 -> p2 < 1 -> p1 <> p2 ->
  R - s = (-R + T)*(p1 + p2) -> R*(-p1 - p2 + 2) = (-R + T)*(-2*p1*p2 + 2*p1 + 2*p2 - 1) -> T > R ->
  p1*(1 - p1)*(-T + p2*(-R + T)) + p2*(1 - p2)*(-T + p1*(-R + T)) < 0.
Proof.
  intros R T p1 p2 s pos a b c d differ total product tempting.
  assert (first : -T + p2*(-R + T) < 0) by nra.
  assert (second : -T + p1*(-R + T) < 0) by nra.
  assert (p1*(1 - p1) > 0) by nra.
  assert (p2*(1 - p2) > 0) by nra.
  assert (p1*(1 - p1)*(-T + p2*(-R + T)) < 0) by nra.
  assert (p2*(1 - p2)*(-T + p1*(-R + T)) < 0) by nra.
  lra.
Qed.

(* the trace for T < R: the pair repels *)
Theorem claim_4 : forall R T p1 p2 s : real, R > 0 -> p1 > 0 -> p1 < 1 -> p2 > 0 -> p2 < 1 -> p1 <> p2 ->
  R - s = (-R + T)*(p1 + p2) -> R*(-p1 - p2 + 2) = (-R + T)*(-2*p1*p2 + 2*p1 + 2*p2 - 1) -> T < R ->
  p1*(1 - p1)*(-T + p2*(-R + T)) + p2*(1 - p2)*(-T + p1*(-R + T)) > 0.
Proof.
  intros R T p1 p2 s pos a b c d differ total product stag.
  assert (mirror : R*(-p2 - p1 + 2) = (-R + T)*(-2*p2*p1 + 2*p2 + 2*p1 - 1)) by lra.
  pose proof (slope R T p1 p2 product) as one.
  pose proof (slope R T p2 p1 mirror) as two.
  assert (first : -T + p2*(-R + T) > 0).
  { assert (-(-R + T)*((1 - p2)*(1 + p1) + p2^2) > 0) by (apply Rmult_gt_0_compat; nra); nra. }
  assert (second : -T + p1*(-R + T) > 0).
  { assert (-(-R + T)*((1 - p1)*(1 + p2) + p1^2) > 0) by (apply Rmult_gt_0_compat; nra); nra. }
  assert (p1*(1 - p1) > 0) by nra.
  assert (p2*(1 - p2) > 0) by nra.
  assert (p1*(1 - p1)*(-T + p2*(-R + T)) > 0) by nra.
  assert (p2*(1 - p2)*(-T + p1*(-R + T)) > 0) by nra.
  lra.
Qed.
