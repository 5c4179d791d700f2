"""A mail server for the tests, made of aiosmtpd. It behaves as the recipient's name says, and
prints its port, then each letter as Python's own library reads it, a line of JSON each.

    server.py plain | login | starttls CERT KEY | tls CERT KEY
"""
import asyncio
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

ON_RCPT = {"busy": "451 4.3.0 try again later", "gone": "550 5.1.1 no such user"}
ON_DATA = {"full": "452 4.2.2 mailbox full", "spam": "554 5.7.1 not wanted"}


def say(value):
    print(json.dumps(value), flush=True)


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        name = address.split("@")[0]
        if name == "slow":
            await asyncio.sleep(3600)
        if name == "drop":
            server.transport.abort()
        if name in ON_RCPT:
            return ON_RCPT[name]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        name = envelope.rcpt_tos[0].split("@")[0]
        if name == "cut":
            server.transport.abort()
            return "250 OK"
        if name in ON_DATA:
            return ON_DATA[name]
        letter = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        bodies = {part.get_content_type(): part.get_content() for part in letter.iter_parts()}
        say({
            "recipients": envelope.rcpt_tos,
            "sender": envelope.mail_from,
            "names": [name for name, _ in letter.items()],
            "headers": {name.lower(): str(value) for name, value in letter.items()},
            "to": [[a.display_name, a.addr_spec] for a in letter["to"].addresses],
            "kind": letter.get_content_type(),
            "text": bodies["text/plain"],
            "html": bodies["text/html"],
            "defects": [str(d) for part in letter.walk() for d in part.defects],
        })
        return "250 OK"


def authenticator(server, session, envelope, mechanism, data):
    return AuthResult(success=data.login == b"me@acme.example" and data.password == b"a/b c")


async def main(mode, *files):
    context = None
    if files:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*files)
    options = {"hostname": "mail.test", "enable_SMTPUTF8": False}
    if mode != "plain":
        options.update(authenticator=authenticator, auth_required=True, auth_require_tls=False)
    if mode == "starttls":
        options.update(tls_context=context, require_starttls=True)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(Handler(), loop=loop, **options), "127.0.0.1", 0,
        ssl=context if mode == "tls" else None)
    say(server.sockets[0].getsockname()[1])
    await server.serve_forever()


asyncio.run(main(*sys.argv[1:]))
