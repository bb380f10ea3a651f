/** Vega and Vega-Lite, loaded when a chart comes into view. Nothing of a specification is evaluated as code. */

import { parse, View } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { compile, type TopLevelSpec } from "vega-lite";
import { Handler } from "vega-tooltip";

/** Draw a Vega-Lite specification as SVG in `place`, under a name for those who hear the page. */
export async function render(spec: TopLevelSpec, place: HTMLElement, title: string): Promise<void> {
  const runtime = parse(compile(spec).spec, undefined, { ast: true });
  const view = new View(runtime, {
    renderer: "svg",
    container: place,
    expr: expressionInterpreter,
    hover: true,
    tooltip: new Handler({ disableDefaultStyle: true, theme: "digiterr" }).call,
  });
  await view.runAsync();
  const svg = place.querySelector("svg");
  svg?.setAttribute("role", "img");
  svg?.setAttribute("aria-label", title);
}
