// The frame of a page: what it listens to, when it draws, how it tidies up. A view's own module extends `Page` and ends in `renderer(View)`.

class Page {
  /** `topic` names the view in the style sheet; the page's own keys and labels come from the catalogue. */
  constructor(model, topic) {
    this.model = model;
    this.say = speaker(model);
    this.ears = [];
    this.help = helpButton(this.say("keys"), this.say("help"));
    this.note = el("p", { class: "tk-note", role: "status", hidden: true });
    this.heard = el("p", { class: "tk-heard", "aria-live": "polite" });
    this.root = el("section", {
      class: `tk tk-${topic}`, role: "group", "aria-label": `${this.say("title")}. ${this.say("help")}`, "data-lm-suppress-shortcuts": "true",
    });
  }

  /** Call `listener` on a change of the model until the page is closed: listen("change:frame", …). */
  listen(event, listener) {
    this.model.on(event, listener);
    this.ears.push([event, listener]);
  }

  open() {
    this.painter = painter(this.root, (seconds) => {
      this.root.classList.toggle("narrow", this.root.clientWidth < 640);
      return this.draw(colours(this.root), seconds);
    });
    this.update();
  }

  close() {
    for (const [event, listener] of this.ears) this.model.off(event, listener);
    this.painter.close();
  }

  request() { this.painter?.request(); }

  /** Say (or with no text take back) what the reader should know. */
  tell(text) {
    this.note.hidden = !text;
    if (this.note.textContent !== (text ?? "")) this.note.textContent = text ?? "";
  }

  /** Keep what the reader chose, for `figure()` and for a page opened again. */
  keep(name, value) {
    this.model.set(name, value);
    this.model.save_changes();
  }
}

/** What anywidget asks a module for. */
function renderer(View) {
  return {
    render({ model, el: host }) {
      const view = new View(model);
      host.append(view.root);
      view.open();
      return () => view.close();
    },
  };
}

const PERIOD = 100; // ms between two questions, at the least

/**
 * Ask the kernel, one question at a time: the next goes when the last is answered, and of those asked meanwhile only the newest. So the
 * kernel's speed sets the pace, nothing piles up, and no more than ten answers come a second.
 */
class Questions {
  constructor(page, silent = 2500) {
    Object.assign(this, { page, silent, waiting: false, next: null, asked: 0 });
  }

  ask(question) {
    if (this.waiting) { this.next = question; return; }
    this.waiting = true;
    const wait = Math.max(0, this.asked + PERIOD - performance.now());
    this.timer = setTimeout(() => this.send(this.next ?? question), wait);
  }

  send(question) {
    this.next = null;
    this.asked = performance.now();
    this.page.model.send(question);
    this.timer = setTimeout(() => this.page.tell(this.page.say("unheard")), this.silent);
  }

  /** An answer came; true if nothing else was asked meanwhile. */
  answered() {
    if (!this.asked) return true;
    clearTimeout(this.timer);
    this.page.tell();
    this.waiting = false;
    const { next } = this;
    this.next = null;
    if (next) this.ask(next);
    return next === null;
  }

  close() { clearTimeout(this.timer); }
}
