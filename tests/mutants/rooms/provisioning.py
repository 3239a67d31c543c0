"""Faults of provisioning: of cards, identities, what is applied, what takes a dead device's place."""

from __future__ import annotations

from typing import Final

from tests.mutants.fault import Fault

APPLY: Final = "tests/provisioning/test_apply.py"
AUTHORITY: Final = "tests/provisioning/test_authority.py"
CARD: Final = "tests/provisioning/test_card.py"
FAT: Final = "tests/provisioning/test_fat32.py"
INVENTORY: Final = "tests/provisioning/test_inventory.py"
REPLACE: Final = "tests/provisioning/test_replace.py"

FAULTS: Final = (
    Fault(
        "a token is taken twice", "provisioning/authority_book.py",
        "                if used_for != asked:\n", "                if False:\n",
        (f"{AUTHORITY}::test_tokens_that_are_wrong_expired_or_used_are_refused",),
    ),
    Fault(
        "a token never expires", "provisioning/authority_book.py",
        "            if now > expires_at_s:\n", "            if False:\n",
        (f"{AUTHORITY}::test_tokens_that_are_wrong_expired_or_used_are_refused",),
    ),
    Fault(
        "a token serves another device", "provisioning/authority_book.py",
        "FROM token WHERE hash = ? AND device = ?", "FROM token WHERE hash = ? AND ? != ''",
        (f"{AUTHORITY}::test_tokens_that_are_wrong_expired_or_used_are_refused",),
    ),
    Fault(
        "an older deny list is taken", "provisioning/identity.py",
        "        if _number(x509.load_pem_x509_crl(path.read_bytes())) > _number(fresh):\n", "        if False:\n",
        (f"{AUTHORITY}::test_a_newer_deny_list_is_taken_along_an_older_or_strange_one_never",),
    ),
    Fault(
        "one key signs for every office", "provisioning/authority.py",
        '        stem = self.folder / "offices" / office\n',
        '        office = "all"\n        stem = self.folder / "offices" / office\n',
        (f"{AUTHORITY}::test_the_broker_lets_this_offices_clients_in_and_nobody_elses",),
    ),
    Fault(
        "nothing keeps an office's key to its own names", "provisioning/authority.py",
        "        builder = builder.add_extension(limits, critical=True)\n", "        assert limits\n",
        (f"{AUTHORITY}::test_a_certificate_names_no_machine_outside_the_offices_own_names",),
    ),
    Fault(
        "secrets that others may read are taken", "provisioning/secrets_file.py",
        "OTHERS: Final = 0o077", "OTHERS: Final = 0o007",
        (f"{INVENTORY}::test_plain_secrets_that_others_may_read_are_refused",),
    ),
    Fault(
        "a link leads out of the folder", "provisioning/apply.py",
        "        if step.is_symlink():\n", "        if False:\n",
        (f"{APPLY}::test_no_link_leads_out_of_the_folder_and_nothing_is_written_then",),
    ),
    Fault(
        "an old role's target still starts", "provisioning/apply.py",
        '        found |= {f"{WANTS}/{one.name}" for one in wants.glob("motcua-*.target")}\n', "        pass\n",
        (f"{APPLY}::test_only_the_roles_own_target_starts",),
    ),
    Fault(
        "a device without an authority at hand loses its own", "provisioning/apply.py",
        "    entries = [entry for entry in tree.entries if entry.path not in KEPT]\n",
        "    entries = list(tree.entries)\n",
        (f"{APPLY}::test_what_the_office_trusts_is_never_taken_away",),
    ),
    Fault(
        "the kernel's line forgets the card's root", "provisioning/tree.py",
        '    "root", "rootfstype",', '    "rootfstype",',
        (f"{APPLY}::test_the_cards_own_words_stay_in_the_kernels_line",),
    ),
    Fault(
        "this computer's own disk is taken for a card", "provisioning/disks.py",
        "(here and disks.whole(here[-1].number) & disks.system())", "False",
        (f"{CARD}::test_the_running_systems_own_disk_is_never_a_card",),
    ),
    Fault(
        "a changed card is used", "provisioning/first_boot.py",
        "    if changed := changed_files(volume, manifest, but=(*SYSTEMS_OWN, *CLOUD_FILES)):\n",
        "    if changed := []:\n",
        (f"{CARD}::test_a_changed_card_makes_nothing_of_a_device",),
    ),
    Fault(
        "nobody asks for the seal", "provisioning/card.py",
        "    if not good:\n", "    if False:\n",
        (f"{CARD}::test_a_manifest_made_to_fit_has_no_seal",),
    ),
    Fault(
        "the token stays on the card", "provisioning/card.py",
        "SECRET_FILES: Final = (BUNDLE, ENROL, NETWORK,", "SECRET_FILES: Final = (BUNDLE, NETWORK,",
        (f"{CARD}::test_a_new_device_serves_reports_and_forgets_the_secrets",),
    ),
    Fault(
        "what is removed from a card stays readable", "provisioning/fat32.py",
        '            self._write(self._at(cluster), b"\\0" * self._cluster)\n        for place in found.places:\n',
        "            pass\n        for place in found.places:\n",
        (f"{FAT}::test_what_is_removed_is_overwritten",),
    ),
    Fault(
        "a file's old clusters are given back too early", "provisioning/fat32.py",
        "        clusters = self._allocate(count)\n        for cluster, start",
        "        if found is not None:\n            self._release(found.cluster)\n"
        "        clusters = self._allocate(count)\n        for cluster, start",
        (f"{FAT}::test_the_old_file_or_the_new_one_at_every_cut",),
    ),
    Fault(
        "a wrong card costs the old device its identity", "motcua/provision/cards.py",
        "                check_card(volume, boot, load, signer)\n", "",
        (f"{REPLACE}::test_a_wrong_card_denies_nobody",),
    ),
    Fault(
        "a new hub forgets to ask who saw which number", "provisioning/replacing.py",
        "    put(journal, STAND_IN, mode=0o600, owner=owner)\n", "    put(journal, data, mode=0o600, owner=owner)\n",
        (f"{REPLACE}::test_a_new_hub_gets_the_journals_backup_by_its_card",),
    ),
    Fault(
        "numbers that were given are written over", "provisioning/replacing.py",
        "    if journal.exists() and journal.read_bytes()[: len(STAND_IN)] != STAND_IN:\n", "    if False:\n",
        (f"{REPLACE}::test_numbers_that_this_device_gave_are_never_written_over",),
    ),
    Fault(
        "a device looks for updates of another Debian", "provisioning/apply.py",
        '        return by_suite(entry.data, about.read_bytes() if about.is_file() else b"")\n',
        "        return entry.data\n",
        (f"{APPLY}::test_what_updates_need_is_written_for_the_devices_own_debian",),
    ),
    Fault(
        "a publisher's private key goes to every device", "provisioning/named_files.py",
        "    if not (folder / inventory.updates.key).read_bytes().lstrip().startswith(_PUBLIC):\n", "    if False:\n",
        (f"{INVENTORY}::test_a_publishers_key_that_is_away_or_private_is_refused",),
    ),
    Fault(
        "a denied device believes itself enrolled", "provisioning/enrolment.py",
        '        if not token or not identity_problems(target, identities):\n            return "already"\n',
        '        return "already"\n',
        (f"{AUTHORITY}::test_a_denied_device_with_a_new_token_begins_again_at_once",),
    ),
)  # fmt: skip
