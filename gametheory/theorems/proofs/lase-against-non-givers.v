(* Against a player who gives nothing a LASE player gains -[(T - R) p2^2 + (P - S)(1 - p2)] by cooperating. In a
   prisoner's dilemma that is at most -min(T - R, (P - S)/2), which is negative. Met with cooperation with probability q
   it has q (1 - q) T less than a selfish defector, which for T >= 0 is at most T/4. *)

From Coq Require Import Reals Lra Psatz.
Open Scope R_scope.
Notation real := R.

(* cooperation costs at least this much *)
Theorem claim_1 : forall P R S T p2 : real, T > R -> R > P -> P > S -> p2 >= 0 -> p2 <= 1 ->
  (p2^2*(R - T) + (1 - p2)*(-P + S) < 0 /\ p2^2*(R - T) + (1 - p2)*(-P + S) <= -(Rmin (-R + T) (P/2 - S/2))).
Proof.
  intros P R S T p2 tr rp ps low high.
  assert (bound : p2^2*(R - T) + (1 - p2)*(-P + S) <= -(Rmin (-R + T) (P/2 - S/2))).
  { set (m := Rmin (-R + T) (P/2 - S/2)).
    assert (first : m <= -R + T) by apply Rmin_l.
    assert (second : m <= P/2 - S/2) by apply Rmin_r.
    assert (0 < m) by (apply Rmin_glb_lt; lra).
    assert (p2^2*m <= p2^2*(-R + T)) by (apply Rmult_le_compat_l; nra).
    assert ((1 - p2)*(2*m) <= (1 - p2)*(P - S)) by (apply Rmult_le_compat_l; lra).
    assert (0 <= m*(p2 - 1)^2) by (apply Rmult_le_pos; nra).
    nra. }
  split; [| exact bound].
  assert (0 < Rmin (-R + T) (P/2 - S/2)) by (apply Rmin_glb_lt; lra).
  lra.
Qed.

(* what gifts cost *)
Theorem claim_2 : forall T q : real, q >= 0 -> q <= 1 -> -T*q^2 + T*q = T*q*(1 - q).
Proof. intros; ring. Qed.

(* at most a quarter of T *)
Theorem claim_3 : forall T q : real, T >= 0 -> q >= 0 -> q <= 1 -> (T*q*(1 - q) >= 0 /\ T*q*(1 - q) <= T/4).
Proof.
  intros T q t low high.
  assert (0 <= q*(1 - q)) by nra.
  assert (q*(1 - q) <= 1/4) by (assert (0 <= (q - 1/2)^2) by apply pow2_ge_0; lra).
  split; nra.
Qed.
