// What mailparser reads in each mail named on standard input: one line of JSON a mail, in the same order.
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { simpleParser } from "mailparser";

for await (const path of createInterface({ input: process.stdin })) {
  let line;
  try {
    const mail = await simpleParser(await readFile(path));
    const sender = mail.from?.value[0] ?? {};
    line = {
      subject: mail.subject ?? "",
      name: sender.name ?? "",
      address: sender.address ?? "",
      text: mail.text ?? "",
      files: mail.attachments.map((file) => file.filename ?? ""),
    };
  } catch (error) {
    line = { failed: String(error) };
  }
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
