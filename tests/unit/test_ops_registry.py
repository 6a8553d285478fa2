"""Every op is documented, has its formula twice (for people and machines), and has samples; so no test can miss it."""

import keyword

import op_samples
import pytest

from teachkeras import ops
from teachkeras.errors import ArgumentTypeError
from teachkeras.ops.op import OPS, Op, op
from teachkeras.ops.spec import tree

LIBRARY = sorted(name for name, o in OPS.items() if o.__module__.startswith("teachkeras."))


@pytest.mark.parametrize("name", LIBRARY)
def test_op_is_complete(name):
    o = OPS[name]
    assert o.tex, "no formula"
    assert o.spec or o.reason, "neither a spec nor a reason why there is none"
    assert o.__doc__ or name.startswith("_"), "no docstring"
    assert o.kind == "elementwise" or o.shape is not None, "no shape rule"
    if o.gradient is not None:
        assert o.gradient.tex, "no formula of the gradient"
        assert o.gradient.spec or o.reason, "no spec of the gradient"


@pytest.mark.parametrize("name", LIBRARY)
def test_op_has_samples(name):
    assert op_samples.samples(OPS[name])


def test_a_new_op_without_samples_is_an_error():
    @op(tex="y = x", spec="x", shape=lambda x: x)
    def brand_new(x):
        return x

    try:
        with pytest.raises(LookupError, match="brand_new"):
            op_samples.samples(OPS["brand_new"])
    finally:
        del OPS["brand_new"]


def test_a_new_elementwise_op_is_covered_at_once():
    @op(tex="y = x^3", spec="x ** 3", kind="elementwise")
    def brand_new(x):
        return x**3

    try:
        assert len(op_samples.samples(OPS["brand_new"])) >= 3
    finally:
        del OPS["brand_new"]


@pytest.mark.parametrize("name", [n for n in LIBRARY if OPS[n].kind == "elementwise" and OPS[n].spec])
def test_elementwise_specs_are_trees_for_the_browser(name):
    o = OPS[name]
    known = {*o.inputs, *o.params, "y", "y_bar"}

    def names(node):
        if isinstance(node, str):
            yield node
        elif isinstance(node, list):
            for part in node[1:]:
                yield from names(part)

    for spec in filter(None, (o.spec, o.gradient and o.gradient.spec)):
        assert set(names(tree(spec))) <= known


@pytest.mark.parametrize(
    "name", [n for n in LIBRARY if OPS[n].__module__.startswith("teachkeras.ops.") and n[0] != "_"]
)
def test_op_is_public_under_its_name(name):
    assert isinstance(getattr(ops, name), Op)
    assert name in dir(ops)
    assert not keyword.iskeyword(name)


def test_an_unknown_name_suggests_the_nearest():
    with pytest.raises(AttributeError, match="sigmoid"):
        ops.sigmoit


def test_a_vjp_may_only_ask_for_what_there_is():
    @op(tex="y = x", kind="elementwise")
    def demo(x):
        return x

    try:
        with pytest.raises(ArgumentTypeError, match="z_shape"):
            demo.vjp(tex="")(lambda y_bar, z_shape: y_bar)
    finally:
        del OPS["demo"]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ops.add(1.0), "a value for x2"),
        (lambda: ops.add(1.0, 2.0, 3.0), "at most 2"),
        (lambda: ops.softmax([1.0], axes=0), "axes=0"),
        (lambda: ops.add(1.0, 2.0, x1=3.0), "x1=3.0"),
    ],
)
def test_wrong_arguments_are_named(call, message):
    with pytest.raises(ArgumentTypeError, match=message):
        call()
