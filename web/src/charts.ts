/** Charts of a page: the picture that the server drew gives way to the same chart, drawn here by Vega. */

import type { TopLevelSpec } from "vega-lite";

const dark = matchMedia("(prefers-color-scheme: dark)");

// Vega is large: it is loaded when a reader first points at a chart, or comes to it with the keyboard.
for (const event of ["pointerover", "focusin"]) {
  document.addEventListener(event, ({ target }) => {
    const figure = (target as Element).closest<HTMLElement>("figure[data-spec]:not([data-live])");
    if (!figure) return;
    figure.dataset.live = "";
    void draw(figure);
  });
}

async function draw(figure: HTMLElement): Promise<void> {
  const picture = figure.querySelector("picture");
  const address = new URL(figure.dataset.spec ?? "", location.href);
  if (!picture) return;
  address.searchParams.set("theme", dark.matches ? "dark" : "light");
  const [answer, { render }] = await Promise.all([fetch(address), import("./vega")]);
  if (!answer.ok) return; // the picture stays
  const place = document.createElement("div");
  place.className = "drawn";
  await render((await answer.json()) as TopLevelSpec, place, figure.dataset.title ?? "");
  figure.querySelector(".drawn")?.remove();
  picture.hidden = true;
  picture.after(place);
}

dark.addEventListener("change", () => {
  for (const place of document.querySelectorAll("figure[data-spec] .drawn")) {
    void draw(place.closest("figure") as HTMLElement);
  }
});
