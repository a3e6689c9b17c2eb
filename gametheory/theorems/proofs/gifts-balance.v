(* Gifts only move reward: if the shares of each player sum to one, the total rewards sum to the rewards. Three players
   with rewards r1, r2 and r3; wij is the share that player i gives to player j, and each keeps the rest. The first
   theorem is the claim of the catalogue, the second one says it for two players. *)

From Coq Require Import Reals Lra.
Open Scope R_scope.
Notation real := R.

Theorem claim_1 : forall r1 r2 r3 w12 w13 w21 w23 w31 w32 : real,
  r1*w12 + r1*w13 + r1*(-w12 - w13 + 1) + r2*w21 + r2*w23 + r2*(-w21 - w23 + 1)
  + r3*w31 + r3*w32 + r3*(-w31 - w32 + 1) = r1 + r2 + r3.
Proof. intros; ring. Qed.

Theorem two_players : forall r1 r2 a b : real, ((1 - a)*r1 + b*r2) + (a*r1 + (1 - b)*r2) = r1 + r2.
Proof. intros; ring. Qed.
