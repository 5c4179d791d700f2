// The first page of a workspace, by the words people see; with and without JavaScript.
import { heading, insist } from './_steps.mjs';

const toHome = page => page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Home' }).click();
const checklist = page => page.getByRole('heading', { name: 'Set up your workspace' });

export async function readHome(person, name) {
  await person.does('looks at home', async page => {
    await toHome(page);
    await heading(page, /^Good (morning|afternoon|evening)/);
    await page.getByRole('region', { name: 'What’s new' }).getByRole('link', { name }).waitFor();
    await person.looks('home');
    await page.getByRole('region', { name: 'What’s new' }).getByRole('link', { name }).click();
    await heading(page, name);
  });
}

export async function setUp(person) {
  await person.does('is led through setting up, and puts that away', async page => {
    await checklist(page).waitFor();
    await page.getByText('1 of 4').waitFor();
    await page.getByRole('link', { name: 'Open settings' }).click();
    await page.getByRole('button', { name: /^Save/ }).first().click();
    await toHome(page);
    await page.getByText('2 of 4').waitFor();
    await page.getByRole('button', { name: 'Hide checklist' }).click();
    await page.getByText('Checklist hidden').waitFor();
    insist(await checklist(page).count() === 0, 'the checklist is still there');
    await person.looks('home-empty');
  });
}
