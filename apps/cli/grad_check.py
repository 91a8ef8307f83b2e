"""Calls a person's function at the points that `gradwright grad-check` gives, and hands back what it returns.

usage: python3 -c "$(this file)" MODULE.py FUNCTION FRAMEWORK. Standard input: {"loss": "L", "wrt": ["W"], "points": [{"x": [..], "W": [[..]]}]};
standard output: {"points": [{"value": v, "gradients": {"W": [[..]]}}]}, or {"fault": kind, "message": text}. What the function prints goes to
standard error.
"""
import importlib.util
import inspect
import json
import math
import os
import sys
import traceback


class Fault(Exception):
    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind


def loaded(path):
    if not os.path.isfile(path):
        raise Fault("module", f"there is no file {path}")
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    spec = importlib.util.spec_from_file_location("gradwright_checked", path)
    if spec is None:
        raise Fault("module", f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def arguments_of(function, names):
    """The names of the sheet's inputs that the function takes, in its order."""
    taken = []
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        if parameter.name in names:
            taken.append(parameter.name)
        elif parameter.default is parameter.empty:
            raise Fault("signature", f"its argument {parameter.name} is no input of the sheet, which has {', '.join(names)}")
    return taken


def plain(value):
    """Nested lists of numbers; what is not finite becomes null."""
    if hasattr(value, "detach"):
        value = value.detach().cpu()
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    if isinstance(value, complex) or not isinstance(value, (int, float)):
        raise Fault("result", f"a number was expected, and there is {type(value).__name__}")
    return float(value) if math.isfinite(value) else None


def bare(key, loss):
    """W for W, dW, dL/dW, dL_dW and grad_W."""
    for prefix in (f"d{loss}/d", f"d{loss}_d", f"d{loss}d", "grad_", "d_", "d"):
        if key.startswith(prefix) and len(key) > len(prefix):
            yield key[len(prefix):]


def named(gradients, wrt, loss):
    found = {}
    for key, value in gradients.items():
        name = key if key in wrt else next((one for one in bare(str(key), loss) if one in wrt), None)
        if name is None:
            if key == loss:
                continue
            raise Fault("result", f"it returns a gradient named {key}; the sheet asks for {', '.join(wrt)}")
        found[name] = value
    return found


def returned(result, order, wrt, loss):
    """Value and gradients: of (value, {name: gradient}), {name: gradient}, or (value, gradient, …) in the order of the arguments."""
    if isinstance(result, dict):
        return result.get(loss), named(result, wrt, loss)
    if isinstance(result, (tuple, list)) and len(result) == 2 and isinstance(result[1], dict):
        return result[0], named(result[1], wrt, loss)
    asked = [name for name in order if name in wrt]
    if isinstance(result, (tuple, list)) and len(result) == 1 + len(asked):
        return result[0], dict(zip(asked, result[1:]))
    raise Fault("result", f"it returns {type(result).__name__}; return the value and a dictionary of gradients: "
                + f"({loss}, {{{', '.join(repr(name) + ': d' + name for name in wrt)}}})")


def at_point(function, point, order, task, torch):
    wrt, loss = task["wrt"], task["loss"]
    if torch is None:
        import numpy
        values = {name: numpy.array(point[name], dtype=float) if isinstance(point[name], list) else point[name] for name in order}
        value, gradients = returned(function(**values), order, wrt, loss)
    else:
        values = {name: torch.tensor(point[name], dtype=torch.float64, requires_grad=name in wrt) for name in order}
        result = function(**values)
        if isinstance(result, torch.Tensor):
            asked = [name for name in order if name in wrt]
            if result.numel() != 1 or not result.requires_grad:
                raise Fault("result", "it returns a tensor that is no number, or does not depend on its arguments")
            slopes = torch.autograd.grad(result.reshape(()), [values[name] for name in asked], allow_unused=True)
            value, gradients = result, {name: torch.zeros_like(values[name]) if slope is None else slope for name, slope in zip(asked, slopes)}
        else:
            value, gradients = returned(result, order, wrt, loss)
    return {"value": None if value is None else plain(value), "has_value": value is not None,
            "gradients": {name: plain(slope) for name, slope in gradients.items()}}


def checked(path, name, framework):
    task = json.load(sys.stdin)
    try:
        import numpy  # noqa: F401
    except ImportError as error:
        if framework != "torch":
            raise Fault("numpy", str(error)) from error
    module = loaded(path)
    function = getattr(module, name, None)
    if not callable(function):
        there = [key for key, value in vars(module).items() if inspect.isfunction(value) and not key.startswith("_")]
        raise Fault("module", f"{path} has no function {name}" + (f"; it has {', '.join(there[:8])}" if there else ""))
    torch = sys.modules.get("torch")
    is_used = torch is not None and any(value is torch for value in vars(module).values())
    if framework == "torch" and torch is None:
        raise Fault("torch", f"{path} does not import torch")
    if framework == "numpy" or (framework == "auto" and not is_used):
        torch = None
    order = arguments_of(function, list(task["points"][0]))
    return {"points": [at_point(function, point, order, task, torch) for point in task["points"]]}


def main():
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    try:
        answer = checked(sys.argv[1], sys.argv[2], sys.argv[3])
    except Fault as fault:
        answer = {"fault": fault.kind, "message": str(fault)}
    except BaseException as error:  # whatever the person's code raises, SystemExit too
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename != "<string>" and "importlib" not in frame.filename]
        place = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
        if isinstance(error, SyntaxError) and error.filename:
            place = f" at {error.filename}:{error.lineno}"
        answer = {"fault": "exception", "message": f"{type(error).__name__}: {error}{place}"}
    out.write(json.dumps(answer))
    out.flush()
    os._exit(0)  # threads of the person's code do not hold the answer back


main()
