// The mailbox of development, as the flows read it.
import { eventually } from './_steps.mjs';

// The link in the newest email to an address about `subject`, once it has come.
export async function letter(page, base, to, subject) {
  let link;
  await eventually(`an email about ${subject}`, async () => {
    const letters = await (await page.request.get(`${base}/dev/mail.json`)).json();
    link = letters.find(one => JSON.stringify(one.to).includes(to) && subject.test(one.subject))?.links[0];
    return link;
  });
  return link;
}
