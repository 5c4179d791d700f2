// A person looks after their own account, by the words people see; with and without JavaScript.
import { eventually, heading, insist } from './_steps.mjs';

const toAccount = async page => {
  await page.locator('aside summary').last().click();
  await page.getByRole('link', { name: 'Your account' }).click();
  await heading(page, 'Your account');
};

// Ends on the members' page of the workspace, where the new name has arrived.
export async function changeProfile(person, name) {
  const workspace = new URL(person.page.url()).origin;
  await person.does('changes the name, the way of writing and the time zone', async page => {
    await toAccount(page);
    await person.looks('account');
    await page.getByLabel('Name', { exact: true }).fill(' ');
    await person.refused(422, () => page.getByRole('button', { name: 'Save changes' }).click());
    await page.getByText('Enter your name').first().waitFor();
    await person.looks('account-refused');
    await page.getByLabel('Name', { exact: true }).fill(name);
    await page.getByLabel('Date format').selectOption('en-US');
    await page.getByLabel('Time zone').selectOption('Asia/Tokyo');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('Profile saved').waitFor();
    insist(await page.getByLabel('Time zone').inputValue() === 'Asia/Tokyo', 'the zone was not kept');
  });
  await person.does('is seen under the new name', async page => {
    await eventually('the new name among the members', async () => {
      await page.goto(`${workspace}/settings/members`);
      return await page.locator('main').getByText(name).count();
    });
  });
}

export async function changePassword(person, old, fresh) {
  await person.does('mistypes the old password, then changes it', async page => {
    const workspace = page.url();
    await toAccount(page);
    const send = async current => {
      await page.getByLabel('Current password', { exact: true }).fill(current);
      await page.getByLabel('New password', { exact: true }).fill(fresh);
      await page.getByRole('button', { name: 'Change password' }).click();
    };
    await person.refused(422, () => send('not the password I have'));
    await page.getByText('This is not your current password').first().waitFor();
    await person.looks('password-refused');
    await send(old);
    await page.getByText('Your new password is saved').waitFor();
    await page.goto(workspace);
  });
}
