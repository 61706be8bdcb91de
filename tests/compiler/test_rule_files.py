"""Rule files: what a good one gives, and every fault of a bad one with its path."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loihi_emu.compiler.rule import LearningRule, Trace
from loihi_emu.compiler.rule_files import (
    MAX_BYTES,
    SynapseSetting,
    list_rules,
    load_rule,
    read_rule_file,
)
from loihi_emu.errors import FileError, LoihiEmuError, ParameterError, RuleError, UnknownNameError

_FULL = """
title = "Pair STDP with a tag"
source = "made up"
constructed = true
note = "Nothing to add."
machines = ["LOIHI"]
dw = "lr * x1*y0 - lr*shrink*y1*x0"
dt = "u1*t*r1"
t_epoch = 4
rng_seed = 7

[parameters]
lr = "2^-2"
shrink = -3

[traces]
x1 = { impulse = 16, tau = 10 }
y1 = { tau = 12.5 }
r1 = { impulse = 1 }

[synapse]
w0 = 128
sign_mode = "EXCITATORY"
num_weight_bits = 6
weight_exp = -1
tag_1 = -5
tag_2 = 9
"""

_HEAD = 'title = "a"\nsource = "b"\n'


def test_a_file_with_everything() -> None:
    file = read_rule_file(_FULL, "tagged")
    assert (file.name, file.title, file.source) == ("tagged", "Pair STDP with a tag", "made up")
    assert (file.constructed, file.note, file.machines) == (True, "Nothing to add.", ("LOIHI",))
    assert file.parameters == {"lr": "2^-2", "shrink": "-3"}
    assert file.rule == LearningRule(
        dw="(2^-2) * x1*y0 - (2^-2)*(-3)*y1*x0",
        dt="u1*t*r1",
        x1=Trace(16, 10),
        y1=Trace(0, 12.5),
        r1=Trace(1, 0),
        t_epoch=4,
        rng_seed=7,
    )
    assert str(file.rule.series["dw"]) == "2^-2*y0*x1 + 3*2^-2*x0*y1"
    assert file.synapse == SynapseSetting(128, "EXCITATORY", 6, -1, -5, 9)


def test_a_file_with_the_least() -> None:
    file = read_rule_file(_HEAD + 'dd = "x0"', "least")
    assert file.rule == LearningRule(dd="x0")
    assert (file.constructed, file.note, file.machines) == (False, "", ())
    assert file.parameters == {}
    assert file.synapse == SynapseSetting()
    assert file.synapse.w0 is None


def test_parameters_may_be_given_anew() -> None:
    file = read_rule_file(_FULL, "tagged", {"lr": "2^-3", "shrink": 1})
    assert str(file.rule.series["dw"]) == "2^-3*y0*x1 - 2^-3*x0*y1"
    assert file.parameters == {"lr": "2^-3", "shrink": "1"}


def test_a_parameter_is_a_whole_word() -> None:
    text = _HEAD + 'dw = "A*x0*w + AA*y0*t"\n[parameters]\nA = 2\nAA = 3'
    assert str(read_rule_file(text, "a").rule.series["dw"]) == "2*x0*w + 3*y0*t"


def test_an_unknown_parameter() -> None:
    with pytest.raises(UnknownNameError) as raised:
        read_rule_file(_FULL, "tagged", {"shrimp": 1})
    assert str(raised.value) == (
        "parameter of the rule tagged 'shrimp' does not exist; did you mean shrink?"
    )


def test_every_fault_of_a_file_is_reported() -> None:
    text = """
    titel = "Pair STDP"
    source = 3
    constructed = 1
    note = ["a"]
    machines = ["LAVA", "LOHI"]
    dw = "lr*x1*y0 - x0*wgt"
    dt = 5
    t_epoch = 64
    rng_seed = "x"

    [parameters]
    lr = "0.25"
    idle = 1
    x1 = 2

    [traces]
    x1 = { impuls = 16, tau = -1 }
    x3 = { tau = 1 }
    y1 = 4

    [synapse]
    w0 = -1
    sign_mode = "EXCITATORY"
    num_weight_bits = 9
    weight_exp = 8
    tag_1 = 256
    tag_2 = -1
    wexp = 0
    """
    with pytest.raises(RuleError) as raised:
        read_rule_file(text, "bad")
    decimal = "0.25 is not a number of the language, which has integers and powers of 2; write 2^-2"
    assert str(raised.value) == "\n".join(
        [
            "rule file bad has 23 faults",
            "  titel: unknown key; did you mean title?",
            "  title: is missing; every rule file has it",
            "  source: found 3; allowed: a text",
            f"  parameters.lr: {decimal}",
            "      lr = 0.25",
            "           ^^^^",
            "  parameters.idle: stands in none of dw, dd, dt",
            "  parameters.x1: allowed: a word of letters, digits and _ that is no name of the "
            "language",
            "  traces.x3: unknown key; did you mean x1 or x2 or y3?",
            "  traces.x1.impuls: unknown key; did you mean impulse?",
            "  traces.x1.tau: found -1; allowed: finite numbers 0..",
            "  traces.y1: found 4; allowed: a table",
            "  dw: unknown name wgt; did you mean w?",
            "      dw = (1)*x1*y0 - x0*wgt",
            "                          ^^^",
            "  dt: rule text is int 5; it must be a string",
            "  t_epoch: found 64; allowed: integers 1..63",
            "  rng_seed: found 'x'; allowed: integers 0..",
            "  synapse.wexp: unknown key; did you mean weight_exp?",
            "  synapse.w0: found -1; allowed: integers 0..255",
            "  synapse.num_weight_bits: found 9; allowed: integers 1..8",
            "  synapse.weight_exp: found 8; allowed: integers -8..7",
            "  synapse.tag_1: found 256; allowed: integers -256..255",
            "  synapse.tag_2: found -1; allowed: integers 0..255",
            "  constructed: found 1; allowed: true, false",
            "  note: found ['a']; allowed: a text",
            "  machines: found ['LAVA', 'LOHI']; allowed: a list of LAVA, BRIAN2LOIHI, LOIHI, "
            "LOIHI1, LOIHI2",
        ]
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "dw, dd, dt: none is given; a rule needs at least one"),
        ("dw = 5", "dw: rule text is int 5; it must be a string"),
        ('dw = "x0*q"', "dw: unknown name q"),
        ("traces = 3", "traces: found 3; allowed: a table"),
        ("parameters = 3", "parameters: found 3; allowed: a table"),
        ("synapse = 3", "synapse: found 3; allowed: a table"),
        ("machines = 'LAVA'", "machines: found 'LAVA'; allowed: a list of LAVA"),
        ("machines = [['LAVA']]", r"machines: found \[\['LAVA'\]\]; allowed: a list of LAVA"),
        ("t_epoch = 2020-01-01", "t_epoch: found datetime.date"),
        ("traces.x1.tau = nan", "traces.x1.tau: found nan"),
        ("traces.x1.tau = [1]", r"traces.x1.tau: found \[1\]"),
        ("synapse.w0 = true", "synapse.w0: found True"),
        ("synapse.sign_mode = 1", "synapse.sign_mode: found 1; allowed: MIXED, EXCITATORY"),
        ("synapse.sign_mode = []", r"synapse.sign_mode: found \[\]; allowed: MIXED"),
        (
            "synapse = {sign_mode = 'INHIBITORY', w0 = 1}",
            r"w0: found 1; allowed: integers -256\.\.0",
        ),
        ("dw = 'lr*x0'\nparameters.lr = 0.5", "parameters.lr: found 0.5; allowed: a literal"),
        ("dw = 'lr*x0'\nparameters.lr = '2*w'", r"parameters\.lr: found w; allowed here: 2\^e"),
        ("dw = 'l-r*x0'\nparameters.'l-r' = 1", "parameters.l-r: allowed: a word"),
        ("dw = 'SGN*x0'\nparameters.SGN = 1", "parameters.SGN: allowed: a word"),
    ],
)
def test_single_faults(text: str, message: str) -> None:
    with pytest.raises(RuleError, match=message):
        read_rule_file(_HEAD + text, "bad")


def test_a_missing_source() -> None:
    with pytest.raises(RuleError, match="source: is missing"):
        read_rule_file('title = "a"\ndw = "x0"', "bad")
    with pytest.raises(RuleError, match="source: found ' '; allowed: a text"):
        read_rule_file('title = "a"\nsource = " "\ndw = "x0"', "bad")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a = 1\nb", "end of document: not TOML: Expected '=' after a key"),
        ("a = 1\na = 2\n", "line 2, column 6: not TOML: Cannot overwrite a value"),
        ('title = "a\n', "line 1, column 11: not TOML"),
        ("a = " + "[" * 60_000, "whole file: lists or tables are nested too deep"),
        ("a = " + "9" * 60_000, "whole file: a number has too many digits"),
        ("\0", "line 1, column 1: not TOML"),
    ],
    ids=lambda text: text[:12],
)
def test_what_is_not_toml(text: str, message: str) -> None:
    with pytest.raises(RuleError) as raised:
        read_rule_file(text, "bad")
    assert str(raised.value).startswith(f"rule file bad has 1 fault\n  {message}")


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    for content in (text, _HEAD + f"dw = '{text}'", _HEAD + f"dw = 'lr'\nparameters.lr = '{text}'"):
        try:
            file = read_rule_file(content, "any")
        except RuleError as error:
            refused = error
        else:
            assert file.rule.series
            continue
        assert refused.problems


# -- files and names


def test_a_file_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(_FULL, encoding="utf-8")
    for where in (path, str(path)):
        file = load_rule(where, lr="2^-4")
        assert file.name == "mine"
        assert file.parameters["lr"] == "2^-4"
    assert LearningRule.load(path).t_epoch == 4


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"none\.toml cannot be read: No such file"):
        load_rule(tmp_path / "none.toml")
    with pytest.raises(FileError, match="cannot be read: Is a directory"):
        load_rule(tmp_path)
    with pytest.raises(FileError, match=r"cannot be read: .*null"):
        load_rule("a\0b.toml")
    (tmp_path / "bytes.toml").write_bytes(b"title = '\xff'")
    with pytest.raises(FileError, match=r"bytes\.toml.* cannot be read: .*utf-8"):
        load_rule(tmp_path / "bytes.toml")
    (tmp_path / "long.toml").write_bytes(b" " * (MAX_BYTES + 1))
    with pytest.raises(FileError, match=r"long\.toml is longer than 65536 bytes"):
        load_rule(tmp_path / "long.toml")
    (tmp_path / "bad.toml").write_text("t_epoch = 0")
    with pytest.raises(RuleError, match=r"rule file .*bad\.toml has 4 faults"):
        load_rule(tmp_path / "bad.toml")


def test_every_rule_of_the_folder_is_found_by_name() -> None:
    names = list_rules()
    assert len(names) >= 40
    assert names == sorted(names)
    for name in names:
        assert load_rule(name).name == name


@pytest.mark.parametrize("name", ["pair-sdtp", "../rules/pair-stdp", "", "README", "PAIR-STDP"])
def test_an_unknown_name(name: str) -> None:
    with pytest.raises(UnknownNameError, match=r"does not exist; did you mean [\w-]+ or"):
        load_rule(name)


def test_a_name_is_text_or_a_path() -> None:
    with pytest.raises(ParameterError, match="name of a rule is 3; allowed: a name or a path"):
        load_rule(3)  # type: ignore[arg-type]


def test_every_error_is_ours() -> None:
    for error in (FileError, RuleError, UnknownNameError):
        assert issubclass(error, LoihiEmuError)
