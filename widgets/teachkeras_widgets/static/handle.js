// A thing on the page that is dragged, or moved by keys.

/**
 * Make `node` a slider: dragged along `axis`, or moved by the arrow keys (Shift: finer, Page: coarser, 0: zero).
 * `step()` is the change of one pixel; `get` and `set` reach the value; `done` comes when a change has ended.
 */
function handle(node, { label, get, set, step, axis, done }) {
  let from = null;
  node.setAttribute("tabindex", "0");
  node.setAttribute("role", "slider");
  node.setAttribute("aria-label", label);
  node.addEventListener("pointerdown", (event) => {
    from = { at: axis === "x" ? event.clientX : -event.clientY, value: get() };
    node.setPointerCapture(event.pointerId);
    node.focus();
    event.preventDefault();
  });
  node.addEventListener("pointermove", (event) => {
    if (!from) return;
    const at = axis === "x" ? event.clientX : -event.clientY;
    set(from.value + (at - from.at) * step() * (event.shiftKey ? 0.1 : 1));
  });
  const end = () => { if (from) { from = null; done(); } };
  node.addEventListener("pointerup", end);
  node.addEventListener("pointercancel", end);
  node.addEventListener("keydown", (event) => {
    const way = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10, PageDown: -10, 0: 0 }[event.key];
    if (way === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    set(way === 0 ? 0 : get() + way * step() * 5 * (event.shiftKey ? 0.1 : 1));
    done();
  });
  return (value) => { node.setAttribute("aria-valuenow", String(value)); node.setAttribute("aria-valuetext", show(value)); };
}
