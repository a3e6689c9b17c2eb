# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Verify a theorem
#
# A theorem about learners is worth what its proof is worth. Here every statement is kept once, in words and in symbols,
# with the programs that prove it and with the false statements next to it. This page reads one, verifies it, and then
# proves, refutes and repairs a claim of your own, which learners try at last.

# %%
import matplotlib.pyplot as plt
import numpy as np
import sympy as sp
from IPython.display import Math

import gametheory as gt
from gametheory import theorems
from lase_core.agents import Settings, learn

plt.rcParams["figure.dpi"] = 80
statement = theorems.find("lase-odds-law")
print(f"{len(theorems.catalogue())} statements, among them: {statement.title} ({statement.id})\n\n{statement.words}")
print("\nIn symbols, the part on the donation game, as the solver is asked:")
Math(statement.latex().splitlines()[1])

# %% [markdown]
# **Verify it.** Each method answers by itself. *smt*: the solver z3 finds no real numbers at which the hypotheses hold and
# the conclusion fails. *identity*: computer algebra derives the learning field from the definition of gifts, and finds the
# formula in it. *kernel*: where the proof assistant Coq is installed, it checks a proof step by step. *sampling* tries exact
# points; it cannot prove, but would refute. One method that contradicts another would be told in capital letters.
#
# The **false statement next to it** shows how far the true one goes. Its counterexample is stored in exact numbers, and is
# substituted whenever the statement is verified.

# %%
report = theorems.verify("lase-odds-law")
print(report, "\n")
(near,) = statement.neighbours
print("False:", near.words, "\nNot at", dict(near.counterexample), "\nTrue:", near.remark)
print("Refuted by substitution:", report.neighbours_refuted)

# %% [markdown]
# **A claim of your own** takes one line, here or as `lase verify --claim`. Let two LASE players play the donation game: to give costs $c$ and is worth $b$ to
# the other. They rest at $p^* = 1 - c/b$. You may think: *whenever giving is worth more than it costs, they give more often
# than not.*

# %%
claim = "1 - c/b > 1/2"
verdict = theorems.prove(["c > 0", "b > c"], claim)
print(verdict)

# %% [markdown]
# **Repair it.** The counterexample is exact: at $b$ and $c$ as printed the hypotheses hold and the claim fails. It is not so
# far off: giving has to be worth *twice* what it costs. And that is not only enough but needed.

# %%
print("enough:", theorems.prove(["c > 0", "b > 2*c"], claim))
b, c = sp.symbols("b c", real=True)
print("needed:", theorems.prove([c > 0, b > c], sp.Equivalent(1 - c / b > sp.Rational(1, 2), b > 2 * c)))

# %% [markdown]
# **Two ways to prove too much.** From hypotheses that contradict each other everything follows, so such a claim is called
# *vacuous*, not proved. And a formula means nothing where it divides by zero: *x/x = 1* has no truth at 0, so the solver is
# asked first whether a denominator can vanish. Forget $c > 0$, and $b$ may be zero.

# %%
print(theorems.prove(["c > 0", "b > 2*c", "b < c"], claim))
print(theorems.prove(["b > 2*c"], claim))
print(theorems.prove([], "x/x = 1"))
print(theorems.prove([], "x != 0 => x/x = 1"))

# %% [markdown]
# **Ask the learners.** A proof is about formulas; whether learners do what the formula says is another question. Here 64
# pairs learn for each ratio $b/c$ from actions and rewards alone. The line is the theorem, and left of the broken line
# your first claim fails.

# %%
ratios = np.array([1.25, 1.5, 2, 3, 5])
ends = np.array(
    [
        learn(
            gt.catalogue.donation(b=ratio, c=1),
            gt.transfer.SocialRelationship(),
            runs=64,
            steps=4000,
            games=8,
            settings=Settings(learning_rate=0.1),
            rng=k,
        )
        .final()
        .mean()
        for k, ratio in enumerate(ratios)
    ]
)
figure, ax = plt.subplots(figsize=(6.4, 3.2), layout="constrained")
grid = np.linspace(1.05, 5.5, 200)
ax.plot(grid, 1 - 1 / grid, color="#0072b2", label="1 - c/b, proved")
ax.plot(ratios, ends, "o", color="#d55e00", label="learners, last quarter")
ax.axvline(2, color="#777777", ls="--", lw=1)
ax.set(xlabel="b/c", ylabel="share of giving", ylim=(0, 1))
ax.legend(loc="lower right")

# %% [markdown]
# **Exercises.** Say what you expect before you run the cell, which checks the answers in brackets.
#
# 1. The mean gift to a player who gives with probability $p$ is $p (1 - p)$. What is the smallest bound on it?
#    *(1/4; with 6/25 in its place there is a counterexample.)*
# 2. From which $b/c$ on do LASE players give nine times in ten? *(10: that is needed and enough.)*
# 3. Someone claims $\sqrt{x^2} = x$. What is missing? *(x >= 0: at a negative number the root is its opposite.)*
# 4. A hypothesis too many: with $b > 2c$ and $c > b$ anything follows. For which $b$ and $c$? *(For none, if c > 0 is given,
#    too: vacuous. Without it there are some, e.g. b = -3, c = -2.)*
# 5. How close did the learners above come to $1 - c/b$? *(Within 0.05, at every ratio.)*

# %%
bounds = [theorems.prove(["0 <= p <= 1"], f"p*(1 - p) <= {bound}").status for bound in ("1/4", "6/25")]
np.testing.assert_array_equal(bounds, ["proved", "refuted"])

often = [theorems.prove(["b > c", "c > 0", f"b {sign} 10*c"], f"1 - c/b {sign} 9/10").status for sign in "<=>"]
np.testing.assert_array_equal(often, ["proved", "proved", "proved"])

root = theorems.prove([], "sqrt(x^2) = x")
np.testing.assert_array_less(float(root.counterexample["x"]), 0)
np.testing.assert_equal(theorems.prove(["x >= 0"], "sqrt(x^2) = x").status, "proved")

np.testing.assert_equal(theorems.prove(["b > 2*c", "c > b", "c > 0"], "b = 7").status, "vacuous")
np.testing.assert_equal(theorems.prove(["b > 2*c", "c > b"], "b = 7").status, "refuted")

np.testing.assert_allclose(ends, 1 - 1 / ratios, atol=0.05)
