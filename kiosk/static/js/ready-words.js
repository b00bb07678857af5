// A ready sentence that is chosen stands in the field below it, where it can be changed before it is
// sent. Without this the form sends the sentence and what was typed beside it.

watchAll();
document.addEventListener("other-main", watchAll);

function watchAll() {
  for (const around of document.querySelectorAll("[data-ready]")) {
    const field = around.querySelector("input:not([type=radio], [type=checkbox]), textarea");
    around.addEventListener("change", (event) => {
      const chosen = event.target;
      if (!chosen.matches("[type=radio], [type=checkbox]") || !chosen.checked) return;
      const said = chosen.type === "radio" ? "" : field.value.trim();
      field.value = said ? said + around.dataset.ready + chosen.value : chosen.value;
      chosen.checked = false;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
    });
  }
}
