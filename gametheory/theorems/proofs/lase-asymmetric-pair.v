(* Where two different probabilities p1 and p2 are a rest point of two LASE players: exactly where p1 + p2 = (R - s)/u
   and p1 p2 = E/(2 u^2), with u = T - R, s = S - P and E = T (2R - T) - s (2T - R). Put in s = R - u (p1 + p2): both
   advantages are then R (2 - p1 - p2) - u (2 (p1 + p2) - 1 - 2 p1 p2). *)

From Coq Require Import Reals Lra Psatz.
Open Scope R_scope.
Notation real := R.

(* the same, as two equations that are linear in the payoffs *)
Theorem claim_2 : forall R T p1 p2 s : real, T <> R -> p1 <> p2 ->
  ((R - s = (-R + T)*(p1 + p2) /\ R*(-p1 - p2 + 2) = (-R + T)*(-2*p1*p2 + 2*p1 + 2*p2 - 1))
   <-> (T + p1*(-T + p2*(-R + T)) - p2^2*(-R + T) - p2*(-R + T + s) + s = 0
        /\ T - p1^2*(-R + T) - p1*(-R + T + s) + p2*(-T + p1*(-R + T)) + s = 0)).
Proof.
  intros R T p1 p2 s tempting differ; split.
  - intros [total product].
    assert (e : s = R - (-R + T)*(p1 + p2)) by lra; subst s.
    split; lra.
  - intros [first second].
    assert (z : (p1 - p2)*((-R + T)*(p1 + p2) - (R - s)) = 0) by lra.
    apply Rmult_integral in z; destruct z as [same | total]; [exfalso; apply differ; lra |].
    assert (e : s = R - (-R + T)*(p1 + p2)) by lra; subst s.
    split; lra.
Qed.

Lemma linear : forall R T p1 p2 s : real, T <> R ->
  ((p1 + p2 = (R - s)/(-R + T) /\ p1*p2 = (T*(2*R - T) - s*(-R + 2*T))/(2*(-R + T)^2))
   <-> (R - s = (-R + T)*(p1 + p2) /\ R*(-p1 - p2 + 2) = (-R + T)*(-2*p1*p2 + 2*p1 + 2*p2 - 1))).
Proof.
  intros R T p1 p2 s tempting.
  assert (u : -R + T <> 0) by lra.
  split; intros [total product].
  - assert (e : s = R - (-R + T)*(p1 + p2)) by (rewrite total; field; assumption).
    split; [lra |].
    assert (twice : 2*(-R + T)^2*(p1*p2) = T*(2*R - T) - s*(-R + 2*T)) by (rewrite product; field; assumption).
    apply (Rmult_eq_reg_l (-R + T)); [| assumption].
    rewrite e in twice; lra.
  - assert (e : s = R - (-R + T)*(p1 + p2)) by lra.
    split; [rewrite e; field; assumption |].
    apply (Rmult_eq_reg_r (2*(-R + T)^2)); [| intro zero; apply u; nra].
    replace ((T*(2*R - T) - s*(-R + 2*T))/(2*(-R + T)^2)*(2*(-R + T)^2)) with (T*(2*R - T) - s*(-R + 2*T))
      by (field; assumption).
    assert (times : (-R + T)*(R*(-p1 - p2 + 2)) = (-R + T)*((-R + T)*(-2*p1*p2 + 2*p1 + 2*p2 - 1)))
      by (rewrite product; reflexivity).
    rewrite e; lra.
Qed.

(* at rest exactly with this sum and this product *)
Theorem claim_1 : forall R T p1 p2 s : real, T <> R -> p1 <> p2 ->
  ((p1 + p2 = (R - s)/(-R + T) /\ p1*p2 = (T*(2*R - T) - s*(-R + 2*T))/(2*(-R + T)^2))
   <-> (T + p1*(-T + p2*(-R + T)) - p2^2*(-R + T) - p2*(-R + T + s) + s = 0
        /\ T - p1^2*(-R + T) - p1*(-R + T + s) + p2*(-T + p1*(-R + T)) + s = 0)).
Proof.
  intros R T p1 p2 s tempting differ.
  apply (iff_trans (linear R T p1 p2 s tempting)); apply claim_2; assumption.
Qed.

(* both shortfalls from full cooperation, multiplied *)
Theorem claim_3 : forall R T p1 p2 s : real, T <> R -> p1 <> p2 -> R - s = (-R + T)*(p1 + p2) ->
  R*(-p1 - p2 + 2) = (-R + T)*(-2*p1*p2 + 2*p1 + 2*p2 - 1) ->
  (1 - p1)*(1 - p2) = (-R*s + (2*R - T)^2)/(2*(-R + T)^2).
Proof.
  intros R T p1 p2 s tempting differ total product.
  assert (u : -R + T <> 0) by lra.
  assert (e : s = R - (-R + T)*(p1 + p2)) by lra; subst s.
  assert (times : (-R + T)*(R*(-p1 - p2 + 2)) = (-R + T)*((-R + T)*(-2*p1*p2 + 2*p1 + 2*p2 - 1)))
    by (rewrite product; reflexivity).
  replace (-R*(R - (-R + T)*(p1 + p2)) + (2*R - T)^2) with ((1 - p1)*(1 - p2)*(2*(-R + T)^2)) by lra.
  field; assumption.
Qed.

(* distance from each other, squared *)
Theorem claim_4 : forall R T p1 p2 s : real, T <> R -> p1 <> p2 -> R - s = (-R + T)*(p1 + p2) ->
  R*(-p1 - p2 + 2) = (-R + T)*(-2*p1*p2 + 2*p1 + 2*p2 - 1) ->
  (p1 - p2)^2 = (-R^2 - 2*(-R + T)^2 + (-2*R + 2*T + s)^2)/(-R + T)^2.
Proof.
  intros R T p1 p2 s tempting differ total product.
  assert (u : -R + T <> 0) by lra.
  assert (e : s = R - (-R + T)*(p1 + p2)) by lra; subst s.
  assert (times : (-R + T)*(R*(-p1 - p2 + 2)) = (-R + T)*((-R + T)*(-2*p1*p2 + 2*p1 + 2*p2 - 1)))
    by (rewrite product; reflexivity).
  replace (-R^2 - 2*(-R + T)^2 + (-2*R + 2*T + (R - (-R + T)*(p1 + p2)))^2) with ((p1 - p2)^2*(-R + T)^2) by lra.
  field; assumption.
Qed.

(* which games have such a point inside *)
Theorem claim_5 : forall R T p1 p2 s : real, T <> R -> R > 0 -> p1 > 0 -> p1 < 1 -> p2 > 0 -> p2 < 1 -> p1 <> p2 ->
  R - s = (-R + T)*(p1 + p2) -> R*(-p1 - p2 + 2) = (-R + T)*(-2*p1*p2 + 2*p1 + 2*p2 - 1) -> (T > R \/ T < 0).
Proof.
  intros R T p1 p2 s tempting pos a b c d differ total product.
  destruct (Rlt_dec R T) as [more | less]; [left; lra | right].
  destruct (Rlt_dec T 0) as [neg | high]; [assumption | exfalso].
  assert (small : 2*(p1*p2) < p1 + p2) by nra.
  assert (v : R - T > 0) by lra.
  destruct (Rle_dec (1 + 2*(p1*p2) - 2*p1 - 2*p2) 0) as [low | up].
  - assert ((R - T)*(1 + 2*(p1*p2) - 2*p1 - 2*p2) <= 0) by nra; nra.
  - assert ((R - T)*(1 + 2*(p1*p2) - 2*p1 - 2*p2) <= R*(1 + 2*(p1*p2) - 2*p1 - 2*p2)) by nra.
    assert (R*(2 - p1 - p2 - (1 + 2*(p1*p2) - 2*p1 - 2*p2)) <= 0) by lra; nra.
Qed.
