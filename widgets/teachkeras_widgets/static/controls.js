// Controls that views share: a choice of a few, a menu of many, a slider with its number, a stepper that plays.

/** A few options side by side, one pressed. options: [[value, text], …]. `show(value)` marks it. */
function choice(label, options, pick) {
  const buttons = options.map(([value, text]) =>
    el("button", { type: "button", role: "radio", "data-choice": value, onclick: () => pick(value) }, text));
  const box = el("span", { class: "tk-choice", role: "radiogroup", "aria-label": label }, ...buttons);
  box.addEventListener("keydown", (event) => {
    const way = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();
    const at = buttons.indexOf(document.activeElement), to = (at + way + buttons.length) % buttons.length;
    buttons[to].focus();
    pick(options[to][0]);
  });
  const show = (current) => buttons.forEach((button, i) => button.setAttribute("aria-checked", String(options[i][0] === current)));
  return { box, show };
}

/** One of many. `fill(options)` changes what there is, `show(value)` selects. */
function menu(label, options, pick, visible = true) {
  const select = el("select", { "aria-label": label, onchange: () => pick(select.value) });
  const fill = (entries) => select.replaceChildren(...entries.map(([value, text]) => el("option", { value }, text)));
  fill(options);
  const box = el("label", { class: "tk-group" }, ...(visible ? [label] : []), select);
  return { box, select, fill, show: (value) => { select.value = value; } };
}

/** A slider and the number it stands at; `text` writes the number. */
function slider(label, { min, max, step = 1, text = String, input, done = () => {}, width = 110 }) {
  const number = el("output", { class: "tk-number-out" });
  const range = el("input", { type: "range", min, max, step, "aria-label": label, style: `width: ${width}px`, oninput: () => { write(); input(Number(range.value)); }, onchange: done });
  const write = () => { number.textContent = text(Number(range.value)); range.setAttribute("aria-valuetext", number.textContent); };
  const box = el("label", { class: "tk-group" }, label, range, number);
  const set = (value, limits = {}) => { for (const [name, limit] of Object.entries(limits)) range[name] = limit; range.value = value; write(); };
  return { box, range, set };
}

const PLAY = "M1 0l9 5-9 5z", PAUSE = "M1 0h3v10H1zM6 0h3v10H6z", BACK = "M7 0L1 5l6 5z", ON = "M3 0l6 5-6 5z";

/** Back, play and on for a walk along positions: `go(by)` moves; `play` repeats it until `go` returns false. */
function walker(say, go, milliseconds = 700) {
  let timer = null;
  const play = iconButton(PLAY, say("play"), () => toggle());
  const button = (path, words, by) => {
    const node = iconButton(path, "", () => { stop(); go(by); });
    node.setAttribute("aria-label", words);
    node.title = words;
    return node;
  };
  function stop() { clearInterval(timer); timer = null; dress(); }
  function toggle() {
    if (timer) return stop();
    if (go(1) === false) { go(-Infinity); }
    timer = setInterval(() => { if (go(1) === false || !play.isConnected) stop(); }, milliseconds);
    dress();
  }
  function dress() {
    play.querySelector("path").setAttribute("d", timer ? PAUSE : PLAY);
    play.querySelector("span").textContent = say(timer ? "pause" : "play");
  }
  const box = el("span", { class: "tk-group" }, button(BACK, say("back"), -1), play, button(ON, say("on"), 1));
  return { box, stop, toggle };
}
