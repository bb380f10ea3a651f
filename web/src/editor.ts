/** The SPARQL editor of the page `/sparql`: it takes the place of the text area, which works without it. */

import "@zazuko/yasqe/build/yasqe.min.css";
import "./editor/editor.css";
import { Yasqe } from "@zazuko/yasqe";
import { Answering } from "./editor/answering";
import { registerCompleters } from "./editor/completion";
import { Tabs } from "./editor/tabs";
import { words } from "./editor/words";

interface Example {
  question: string;
  text: string;
}

interface Options {
  getOption(name: "extraKeys"): Record<string, unknown>;
  setOption(name: "extraKeys", keys: Record<string, unknown>): void;
}

const form = document.querySelector<HTMLFormElement>("#editor");
const area = form?.querySelector("textarea");
const format = form?.querySelector("select");
const button = form?.querySelector<HTMLButtonElement>("button:not([type])");
if (form && area && format && button) enhance(form, area, format, button);

function enhance(
  form: HTMLFormElement,
  area: HTMLTextAreaElement,
  format: HTMLSelectElement,
  button: HTMLButtonElement,
): void {
  const opened = new URLSearchParams(location.search).get("query");
  const tabs = new Tabs(opened, area.value, (text) => {
    editor.setValue(text);
    editor.focus();
  });
  const panel = document.createElement("div");
  panel.id = "query-panel";
  panel.setAttribute("role", "tabpanel");
  area.before(tabs.element, panel);
  area.hidden = true;
  const status = document.createElement("span");
  status.setAttribute("role", "status");
  status.className = "small";
  button.after(status);

  Object.assign(Yasqe.defaults, { autocompleters: registerCompleters(), createShareableLink: null });
  const editor = new Yasqe(panel, {
    persistenceId: null,
    showQueryButton: false,
    prefixCcApi: null,
    resizeable: false,
    collapsePrefixesOnLoad: false,
    consumeShareLink: null,
  });
  editor.setValue(tabs.text);
  editor.setSize(null, null);
  const input = editor.getInputField();
  input.setAttribute("aria-label", words.editor);
  form.querySelector("label[for=query]")?.addEventListener("click", () => {
    editor.focus();
  });

  const answering = new Answering(button, status, (answer) => {
    mark(answer);
    answer.querySelector("h2")?.scrollIntoView({ block: "nearest" });
  });
  const run = (): void => {
    tabs.write(editor.getValue());
    void answering.ask({ query: editor.getValue() });
  };
  // Tab leaves the editor, as it leaves any field.
  const options = editor as unknown as Options; // its types know one option alone
  options.setOption("extraKeys", {
    ...options.getOption("extraKeys"),
    Tab: false,
    "Shift-Tab": false,
    "Ctrl-Enter": run,
    "Cmd-Enter": run,
  });
  editor.on("change", () => {
    unmark();
    area.value = editor.getValue();
    tabs.write(area.value);
  });
  form.addEventListener("submit", (event) => {
    area.value = editor.getValue();
    if (answering.running) {
      event.preventDefault();
      answering.stop();
    } else if (format.value === "html") {
      event.preventDefault();
      run();
    }
  });
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("#answer .views a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void answering.ask({ address: link.pathname + link.search });
  });
  addEventListener("popstate", () => {
    const query = new URLSearchParams(location.search).get("query");
    if (query === null) return;
    tabs.open(query);
    void answering.ask({ address: location.pathname + location.search });
  });
  void offerExamples(form, (one) => {
    tabs.open(one.text, one.question);
    run();
  });
  mark(document.getElementById("answer"));

  /** Show the line that an error is about. */
  function mark(answer: HTMLElement | null): void {
    const line = Number(answer?.dataset.line);
    if (!line) return;
    editor.addLineClass(line - 1, "wrap", "faulty");
    editor.scrollIntoView({ line: line - 1, ch: 0 });
  }

  function unmark(): void {
    for (let line = 0; line < editor.getDoc().lineCount(); line += 1) {
      editor.removeLineClass(line, "wrap", "faulty");
    }
  }
}

/** A list of the stored queries; choosing one opens it in a tab and runs it. */
async function offerExamples(form: HTMLFormElement, chosen: (example: Example) => void): Promise<void> {
  const answer = await fetch("/sparql/examples.json");
  if (!answer.ok) return;
  const examples = (await answer.json()) as Example[];
  const label = document.createElement("label");
  label.htmlFor = "example";
  label.textContent = words.examples;
  const list = document.createElement("select");
  list.id = "example";
  list.append(new Option(words.choose, ""));
  for (const [index, { question }] of examples.entries()) list.append(new Option(question, String(index)));
  list.addEventListener("change", () => {
    const example = examples[Number(list.value)];
    if (list.value !== "" && example) chosen(example);
    list.value = "";
  });
  const row = document.createElement("div");
  row.className = "row examples";
  row.append(label, list);
  form.prepend(row);
}
