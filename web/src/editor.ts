/** The SPARQL editor of the page `/sparql`. */

import { Yasqe } from "@zazuko/yasqe";
import "@zazuko/yasqe/build/yasqe.min.css";

const area = document.querySelector<HTMLTextAreaElement>("form.query textarea");
if (area) {
  const place = document.createElement("div");
  area.after(place);
  area.hidden = true;
  const editor = new Yasqe(place, {
    persistenceId: null,
    showQueryButton: false,
    prefixCcApi: null,
    resizeable: false,
  });
  editor.setValue(area.value);
  editor.on("blur", () => {
    area.value = editor.getValue();
  });
}
