"""Templates whose macros are made once, however often other templates import them, and called
without asking each time how.

Jinja compares all names of the importing page with those of the imported template, at each import,
as pages may be rendered with globals of their own. Ours never are; a case's page has forty imports.
"""

from types import FunctionType, MethodType
from typing import Any

from jinja2 import Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context, Macro
from jinja2.utils import internalcode

# What is called with what the template gives it, unless it bears a mark.
_PLAIN = (MethodType, FunctionType)


class SharedMacros(Template):
    """A template whose module, imported without context, is always the same."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        """Return the one module of this template."""
        return super()._get_default_module()


class KnownCalls(Context):
    """What a page is drawn from. Jinja looks at each thing that is called, and at its `__call__`,
    for a mark that says what it wants to be given; of what pages call all the time, macros, and
    functions without such a mark, that is known."""

    @internalcode
    def call(self, called: Any, /, *given: Any, **named: Any) -> Any:
        """Return what a template calls."""
        kind = type(called)
        is_macro = kind is Macro
        if not is_macro and (kind not in _PLAIN or hasattr(called, "jinja_pass_arg")):
            return super().call(called, *given, **named)
        named.pop("_block_vars", None)
        named.pop("_loop_vars", None)
        return called(self.eval_ctx, *given, **named) if is_macro else called(*given, **named)
