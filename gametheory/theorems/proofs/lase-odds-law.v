(* The odds of cooperation at the rest point of two like LASE players, with gift scale kappa, are
   (S - P + kappa T)/(T - R); in the donation game with benefit b and cost c the rest point is 1 - c/(kappa b). *)

From Coq Require Import Reals Lra.
Open Scope R_scope.
Notation real := R.

(* odds, any gift scale *)
Theorem claim_1 : forall P R S T kappa : real, -R + T > 0 -> -P + S + T*kappa > 0 ->
  (-P + S + T*kappa)
    /((-(-P + S + T*kappa)/(-P - R + S + T*kappa + T) + 1)*(-P - R + S + T*kappa + T))
  = (-P + S + T*kappa)/(-R + T).
Proof.
  intros P R S T kappa u num.
  replace ((-(-P + S + T*kappa)/(-P - R + S + T*kappa + T) + 1)*(-P - R + S + T*kappa + T)) with (-R + T)
    by (field; lra).
  reflexivity.
Qed.

(* donation game *)
Theorem claim_2 : forall P R S T b c kappa : real, -R + T > 0 -> -P + S + T*kappa > 0 -> b*kappa > 0 ->
  (b*kappa - c)/(b*kappa) = 1 - c/(b*kappa).
Proof.
  intros P R S T b c kappa u num pos.
  assert (b <> 0 /\ kappa <> 0) by (split; intro zero; rewrite zero in pos; lra).
  field; tauto.
Qed.
