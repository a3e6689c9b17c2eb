(* What a LASE player gains by cooperating, from the definition of gifts. Two players have two actions each, C (true) and
   D (false), and the payoffs R, S, T and P. The relationship of a player towards the other is the worth to it of what
   the other did, given its own action, less the mean worth, divided by the range of the two; the gift weight is its
   positive part; each hands over that share of its reward. The first player's advantage is its mean total reward if it
   cooperates, less that if it defects, while the second cooperates with probability p2; weights are judged by the true
   probabilities p1 and p2. Where the co-player's cooperation helps, R > S and T > P, the advantage is the polynomial of
   the catalogue, and on the diagonal p1 = p2 = p it is (S + T - P) - (2T + S - R - P) p. The statement has no claims in
   the catalogue, which says it in words: compare the theorem with those. *)

From Coq Require Import Reals Lra Psatz.
Open Scope R_scope.
Notation real := R.

(* payoff of a player by its own action and the other's *)
Definition payoff (R S T P : real) (own other : bool) : real :=
  if own then (if other then R else S) else (if other then T else P).

(* share that a player hands over, by its own action and the other's, who cooperates with probability p *)
Definition weight (R S T P p : real) (own other : bool) : real :=
  let worth := payoff R S T P own in
  let mean := p*worth true + (1 - p)*worth false in
  let range := Rmax (worth true) (worth false) - Rmin (worth true) (worth false) in
  Rmax 0 ((worth other - mean)/range).

(* what the first player has in the end: what it keeps of its own reward, and its share of the other's *)
Definition total (R S T P p1 p2 : real) (first second : bool) : real :=
  (1 - weight R S T P p2 first second)*payoff R S T P first second
  + weight R S T P p1 second first*payoff R S T P second first.

(* the mean over the second player's actions of what cooperating adds *)
Definition advantage (R S T P p1 p2 : real) : real :=
  p2*(total R S T P p1 p2 true true - total R S T P p1 p2 false true)
  + (1 - p2)*(total R S T P p1 p2 true false - total R S T P p1 p2 false false).

Lemma range_of : forall low high : real, low < high ->
  Rmax high low - Rmin high low = high - low.
Proof. intros; rewrite Rmax_left, Rmin_right; lra. Qed.

(* After cooperation the weight is what was not expected of it; after defection nothing. *)
Lemma weights : forall R S T P p : real, forall own : bool, R > S -> T > P -> 0 <= p <= 1 ->
  weight R S T P p own true = 1 - p /\ weight R S T P p own false = 0.
Proof.
  intros R S T P p own rs tp unit.
  destruct own; unfold weight, payoff.
  - rewrite (range_of S R) by lra.
    replace ((R - (p*R + (1 - p)*S))/(R - S)) with (1 - p) by (field; lra).
    replace ((S - (p*R + (1 - p)*S))/(R - S)) with (-p) by (field; lra).
    rewrite Rmax_right, Rmax_left; lra.
  - rewrite (range_of P T) by lra.
    replace ((T - (p*T + (1 - p)*P))/(T - P)) with (1 - p) by (field; lra).
    replace ((P - (p*T + (1 - p)*P))/(T - P)) with (-p) by (field; lra).
    rewrite Rmax_right, Rmax_left; lra.
Qed.

Theorem statement : forall R S T P p1 p2 : real, R > S -> T > P -> 0 <= p1 <= 1 -> 0 <= p2 <= 1 ->
  advantage R S T P p1 p2
  = S + T - P + p1*(T*p2 - R*p2 - T) + p2^2*(R - T) + p2*(R + P - S - T).
Proof.
  intros R S T P p1 p2 rs tp unit1 unit2.
  destruct (weights R S T P p1 true rs tp unit1) as [c1 d1], (weights R S T P p1 false rs tp unit1) as [e1 f1].
  destruct (weights R S T P p2 true rs tp unit2) as [c2 d2], (weights R S T P p2 false rs tp unit2) as [e2 f2].
  unfold advantage, total; rewrite c1, d1, e1, f1, c2, d2, e2, f2; unfold payoff; ring.
Qed.

Theorem on_the_diagonal : forall R S T P p : real, R > S -> T > P -> 0 <= p <= 1 ->
  advantage R S T P p p = (S + T - P) - (2*T + S - R - P)*p.
Proof. intros R S T P p rs tp unit; rewrite (statement R S T P p p rs tp unit unit); ring. Qed.
