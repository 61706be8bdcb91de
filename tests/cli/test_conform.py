import gzip
import json
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from loihi_emu.conformance import read_cases

Run = Callable[..., tuple[int, str, str]]
Answer = Callable[..., dict[str, Any]]

_CASES = Path(__file__).parents[1] / "conformance" / "cases"


def _some(kind: str, count: int, **wanted: Any) -> list[dict[str, Any]]:
    cases = (
        case
        for case in read_cases(_CASES / "lava_cases.jsonl.gz")
        if case["kind"] == kind and all(case.get(key) == value for key, value in wanted.items())
    )
    return list(islice(cases, count))


def _write(path: Path, cases: list[dict[str, Any]]) -> str:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "wt", encoding="utf-8") as file:
        file.write("\n".join(json.dumps(case) for case in cases))
    return str(path)


def test_cases_that_agree(run: Run, tmp_path: Path) -> None:
    cases = [
        *_some("learning", 2, mode="fixed_pt"),
        *_some("lif", 3, mode="floating_pt"),
        *_some("parse", 20),
    ]
    status, out, err = run("conform", _write(tmp_path / "some.jsonl.gz", cases))
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        "kind      mode         machine  cases  agree  not covered  verdict",
        "--------  -----------  -------  -----  -----  -----------  ---------",
        "learning  fixed_pt     LAVA         2      2            0  all agree",
        "lif       floating_pt  LAVA         3      3            0  all agree",
        "parse     -            LAVA        20     20            0  all agree",
        "",
        "25 of 25 cases agree",
    ]


def test_the_interpreter_agrees_too(answer: Answer, tmp_path: Path) -> None:
    file = _write(tmp_path / "some.jsonl", _some("learning", 2, mode="fixed_pt"))
    assert answer("conform", file, "--interpreter")["agree"] == 2


def test_the_first_disagreement_of_each_kind_is_shown(run: Run, tmp_path: Path) -> None:
    first, second = _some("lif", 2, mode="fixed_pt")
    was = first["out"]["v"][3][0]
    first["out"]["v"][3][0] = was + 1
    status, out, _ = run("conform", _write(tmp_path / "wrong.jsonl", [first, second]))
    assert status == 1
    assert out.splitlines()[2:] == [
        "lif   fixed_pt  LAVA         2      1            0  1 disagree",
        "",
        "first disagreement of each kind",
        f"  lif fixed_pt: {first['id']}: step 4, v[0]: recorded {was + 1}, here {was}",
        "",
        "1 of 2 cases agree",
    ]


def test_json_keeps_its_keys(run: Run, tmp_path: Path) -> None:
    (case,) = _some("lif", 1, mode="fixed_pt")
    was = case["out"]["u"][0][0]
    case["out"]["u"][0][0] = was + 7
    status, out, _ = run("conform", _write(tmp_path / "wrong.jsonl", [case]), "--json")
    assert status == 1
    assert json.loads(out) == {
        "schema": 1,
        "command": "conform",
        "cases": 1,
        "agree": 0,
        "kinds": [
            {
                "kind": "lif",
                "mode": "fixed_pt",
                "machine": "LAVA",
                "cases": 1,
                "agree": 0,
                "not_covered": 0,
                "reason": None,
                "first_disagreement": {
                    "case": case["id"],
                    "step": 1,
                    "variable": "u",
                    "index": [0],
                    "recorded": was + 7,
                    "replayed": was,
                },
            }
        ],
    }


def test_a_kind_that_nothing_replays_is_not_covered(run: Run, tmp_path: Path) -> None:
    file = _write(tmp_path / "odd.jsonl", [{"kind": "weather", "out": {}}])
    status, out, _ = run("conform", file)
    assert status == 1
    assert "  case kind is 'weather'; allowed: learning" in out
    assert out.splitlines()[-1] == "0 of 0 cases agree; 1 not covered"


def test_what_another_machine_refuses_is_not_covered(answer: Answer, tmp_path: Path) -> None:
    (case,) = _some("learning", 1, mode="fixed_pt")
    case["rule"] |= {"dw": None, "dd": "x0*y1", "dt": None}
    parse = _some("parse", 1, wellformed=True)
    file = _write(tmp_path / "some.jsonl", [case, *parse])
    found = answer("conform", file, "--machine", "BRIAN2LOIHI")
    assert [(one["kind"], one["agree"], one["not_covered"]) for one in found["kinds"]] == [
        ("learning", 0, 1),
        ("parse", 1, 0),
    ]
    assert found["kinds"][0]["reason"] == "machine BRIAN2LOIHI: dd is not learned; it has dw"


def test_a_case_that_is_refused_disagrees(run: Run, tmp_path: Path) -> None:
    (case,) = _some("lif", 1, mode="fixed_pt")
    case["du"] = "fast"
    status, out, _ = run("conform", _write(tmp_path / "wrong.jsonl", [case]))
    assert status == 1
    assert "replay: recorded series, here refused: " in out


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[1, 2]\n", "line 1 is no recorded case: it needs the keys kind and out"),
        ("", "holds no case"),
    ],
)
def test_files_without_cases_are_refused(
    run: Run, tmp_path: Path, content: str, message: str
) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(content, encoding="utf-8")
    status, out, err = run("conform", str(path))
    assert (status, out) == (2, "")
    assert err.startswith(f"loihi-emu: error: {path}")
    assert err.endswith(f"{message}\n")


def test_a_missing_file_is_refused_before_anything_runs(run: Run, tmp_path: Path) -> None:
    good = _write(tmp_path / "good.jsonl", _some("parse", 1))
    status, out, err = run("conform", good, str(tmp_path / "none.jsonl"))
    assert (status, out) == (2, "")
    assert err.startswith(f"loihi-emu: error: {tmp_path / 'none.jsonl'} cannot be read: ")


def test_an_unknown_kind_of_case(run: Run, tmp_path: Path) -> None:
    file = _write(tmp_path / "good.jsonl", _some("parse", 1))
    assert run("conform", file, "--kind", "pars") == (
        2,
        "",
        "loihi-emu: error: kind of case 'pars' does not exist; did you mean parse?\n",
    )
