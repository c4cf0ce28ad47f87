"""One fault at random in the real data, of the kinds people make: at least 97 of 100 are found, at the right line."""

from __future__ import annotations

import os
import random
from collections import Counter

from submission.faults import Mutator
from submission.mutating import Rules

from citydiplomacy.repository import Repository
from citydiplomacy.submission.judging import judge
from citydiplomacy.submission.published import Published
from citydiplomacy.submission.syntaxes import Upload, read

COUNT = int(os.environ.get("CITYDIPLOMACY_MUTANTS", "40"))  # 1000: the figure in CONTRIBUTING.md
SEED = int(os.environ.get("CITYDIPLOMACY_SEED", "5"))


def test_faults_in_the_real_data_are_found_at_their_line(real_repository: Repository, real: Published) -> None:
    seed = random.Random(SEED)  # noqa: S311 (the same faults each time)
    alone = real.without_data()
    uploads = [Upload(real_repository.relative(path), path.read_bytes()) for path in real_repository.data_files]
    rules = Rules(alone, tuple(statement for one in uploads for statement in read(one).statements))
    known = {(one.file, one.code, one.focus_node) for one in judge(uploads, alone).findings}
    mutators = {one.name: Mutator(one.data.decode(), rules, seed) for one in uploads if "/claims/" in one.name}
    missed: list[str] = []
    kinds: Counter[str] = Counter()
    for _ in range(COUNT):
        name = seed.choice(sorted(mutators))
        mutant = mutators[name].mutant()
        changed = [Upload(name, mutant.text.encode()) if one.name == name else one for one in uploads]
        found = judge(changed, alone).findings
        new = [one for one in found if (one.file, one.code, one.focus_node) not in known]
        kinds[mutant.kind] += 1
        if not any(one.file == name and one.line in mutant.lines for one in new):
            told = "; ".join(f"{one.file}:{one.line} {one.code}" for one in new[:3])
            missed.append(f"{mutant.kind} at {name}:{sorted(mutant.lines)}: {told or 'nothing'}")
    print("\n".join([f"{len(missed)} of {COUNT} missed: {dict(kinds)}", *missed]))
    assert len(missed) <= COUNT * 0.03, "\n".join(missed)
    assert len(kinds) >= min(COUNT // 3, 20)
