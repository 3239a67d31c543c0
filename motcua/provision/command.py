"""`motcua provision …`: from one inventory to a province of devices, their cards, identities and replacements.

Exit codes: 0 done and as it should be, 1 a difference or a refusal, 2 the words on the command line make no sense.
"""

from __future__ import annotations

import typer

from motcua.provision import authority, cards, devices, on_device

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Make devices of an inventory: cards, files, identities."
)
app.command()(devices.check)
app.command()(devices.render)
app.command()(devices.apply)
app.command()(devices.verify)
app.command()(cards.card)
app.command()(cards.replace)
app.command("authority")(authority.make_authority)
app.command("serve-ca")(authority.serve_ca)
app.command()(authority.sign)
app.command()(on_device.enrol)
app.command("deny-list")(on_device.deny_list)
app.command("first-boot")(on_device.first_boot)
app.command()(authority.token)
app.command()(authority.deny)
