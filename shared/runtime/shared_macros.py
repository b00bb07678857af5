"""Templates whose macros are made once, however often other templates import them.

Jinja compares all names of the importing page with those of the imported template, at each import,
as pages may be rendered with globals of their own. Ours never are; a case's page has forty imports.
"""

from jinja2 import Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context


class SharedMacros(Template):
    """A template whose module, imported without context, is always the same."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        """Return the one module of this template."""
        return super()._get_default_module()
