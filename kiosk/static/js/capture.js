// What recorder.js and camera.js share: a microphone or camera that is opened on a tap and let go
// in the end, and a screen of states. No word is said here; the page holds them all.

const REASONS = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "busy",
  AbortError: "busy",
  QuotaExceededError: "full",
};

/** Why something failed, as the page names it: denied, missing, busy, full, or unable. */
export function reasonOf(fault) {
  return REASONS[fault?.name] ?? "unable";
}

/** A stream of what is asked for. Rejects with the browser's error. */
export async function open(wanted) {
  if (!navigator.mediaDevices) throw new DOMException("no devices", "NotFoundError");
  return navigator.mediaDevices.getUserMedia(wanted);
}

/** Let the microphone and the camera go; their lights go out. */
export function close(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/**
 * The states of one recorder: `data-when` names those an element is shown in, `data-do` the deed
 * of a button, `data-trouble` what went wrong. A recorder beside a field has its buttons within it;
 * those of the page's own recorder stand in the bar at the foot.
 */
export class Stage {
  constructor(element, deeds) {
    this.element = element;
    this.scope = element.matches(".beside") ? element : document;
    for (const button of this.scope.querySelectorAll("[data-do][data-when]")) {
      button.addEventListener("click", () => this.#attempt(deeds[button.dataset.do]));
    }
  }

  /** Show a state; the focus goes on to what can be pressed now. */
  show(state) {
    const pressed = document.activeElement;
    const held = pressed.matches("[data-when]") && this.scope.contains(pressed);
    this.element.dataset.state = state;
    for (const one of this.scope.querySelectorAll("[data-when]")) {
      one.hidden = !one.dataset.when.split(" ").includes(state);
    }
    if (held && !pressed.checkVisibility()) this.#offerFocus();
  }

  /** Say what went wrong, or nothing any more. */
  trouble(reason) {
    for (const one of this.element.querySelectorAll("[data-trouble]")) {
      one.hidden = one.dataset.trouble !== reason;
    }
  }

  find(what) {
    return this.element.querySelector(`[data-${what}]`);
  }

  /** How many files the form says there are. */
  count(number) {
    this.find("count").value = String(number);
  }

  /** Do one deed; a second tap meanwhile does nothing. */
  async #attempt(deed) {
    if (this.busy) return;
    this.busy = true;
    try {
      await deed();
    } catch (fault) {
      this.trouble(reasonOf(fault));
    } finally {
      this.busy = false;
    }
  }

  #offerFocus() {
    const buttons = [...this.scope.querySelectorAll("button[data-when]")];
    buttons.find((button) => button.checkVisibility())?.focus();
  }
}
