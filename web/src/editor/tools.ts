/** The tools of the editor: format, open and download a query as a file, copy its link, what the keys do. */

import { addressOf, LONGEST_ADDRESS } from "./answering";
import { keys, words } from "./words";

export interface Edited {
  text: () => string;
  /** What the query is called. */
  name: () => string;
  format: () => void;
  open: (text: string, name: string) => void;
}

/** A row of buttons; `say` tells what came of them. */
export function tools(edited: Edited, say: (text: string) => void): HTMLElement {
  const row = document.createElement("div");
  row.className = "row tools";
  const file = document.createElement("input");
  file.type = "file";
  file.accept = ".rq,.sparql,.txt";
  file.hidden = true;
  file.addEventListener("change", () => {
    const [chosen] = file.files ?? [];
    file.value = "";
    if (chosen) {
      void chosen.text().then((text) => {
        if (text.includes("\0")) say(words.unreadable);
        else edited.open(text, chosen.name.replace(/\.\w+$/, ""));
      });
    }
  });
  row.append(
    button(words.format, () => {
      edited.format();
    }),
    button(words.openFile, () => {
      file.click();
    }),
    button(words.download, () => {
      download(edited);
    }),
    button(words.copyLink, () => {
      const address = addressOf(edited.text());
      if (address.length > LONGEST_ADDRESS) say(words.tooLong);
      else {
        void navigator.clipboard.writeText(location.origin + address).then(() => {
          say(words.copied);
        });
      }
    }),
    file,
    shortcuts(),
  );
  return row;
}

/** The query as a file: `.rq`, as SPARQL 1.1 Query, section 21, names it. */
export function download(edited: Edited): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([edited.text()], { type: "application/sparql-query" }));
  const name = edited.name().normalize("NFD").replace(/\p{M}/gu, "");
  link.download = `${name.replace(/\W+/g, "-").replace(/^-|-$/g, "").slice(0, 80).toLowerCase() || "query"}.rq`;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(link.href);
  }, 1000);
}

function button(name: string, act: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = name;
  made.addEventListener("click", act);
  return made;
}

function shortcuts(): HTMLElement {
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = words.keys;
  const list = document.createElement("dl");
  for (const [key, does] of keys) {
    const [term, said] = [document.createElement("dt"), document.createElement("dd")];
    const shown = document.createElement("kbd");
    shown.textContent = key;
    term.append(shown);
    said.textContent = does;
    list.append(term, said);
  }
  details.append(summary, list);
  return details;
}
