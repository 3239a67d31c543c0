"""What the counter prints of a dossier: forms 01 to 04 and 06 of TT 01/2018/TT-VPCP, the receipt's slip, labels."""
