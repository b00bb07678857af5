// The chair's folder says on its button how many ideas one press signs. Without this the button
// says so of what was chosen when the page was drawn.

const form = document.querySelector("#sign");
const button = form?.querySelector("[data-count]");

form?.addEventListener("change", () => {
  const n = form.querySelectorAll("[name=item]:checked").length;
  button.textContent = button.dataset.count.replace("{n}", n);
});
