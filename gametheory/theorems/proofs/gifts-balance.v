(* Gifts only move reward: if the shares of each player sum to one, the total rewards sum to the rewards. Three players
   with rewards R, S and T; the first gives the shares a and b, the second c and mu, the third epsilon and y, and each
   keeps the rest. The first theorem is the claim of the catalogue, the second one says it for two players. *)

From Coq Require Import Reals Lra.
Open Scope R_scope.
Notation real := R.

Theorem claim_1 : forall R S T a b c epsilon mu y : real,
  R*a + R*b + R*(-a - b + 1) + S*c + S*mu + S*(-c - mu + 1) + T*epsilon + T*y + T*(-epsilon - y + 1) = R + S + T.
Proof. intros; ring. Qed.

Theorem two_players : forall R S a c : real, ((1 - a)*R + c*S) + (a*R + (1 - c)*S) = R + S.
Proof. intros; ring. Qed.
