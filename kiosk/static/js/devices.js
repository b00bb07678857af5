// Tells the first question's form what this browser can record with, so that nobody is offered what
// cannot work. Without script the form says nothing, and everybody types.

const field = document.querySelector("[data-devices]");
if (field && navigator.mediaDevices && window.MediaRecorder) {
  const names = { audioinput: "microphone", videoinput: "camera" };
  const found = (await navigator.mediaDevices.enumerateDevices()).map(({ kind }) => names[kind]);
  const usable = await Promise.all([...new Set(found)].filter(Boolean).map(isAllowed));
  const wereKnown = Boolean(field.value);
  field.value = usable.filter(Boolean).join(" ");
  // A door of home was pressed before this was known: go on by it.
  const door = document.querySelector("[data-if-found]");
  const has = (name) => field.value.split(" ").includes(name);
  if (door && !wereKnown && door.dataset.ifFound.split(" ").every(has)) door.click();
}

async function isAllowed(name) {
  const { state } = await navigator.permissions.query({ name });
  return state === "denied" ? null : name;
}
