"""Fees of a case: tariff, exemptions, orders and their states, refunds, receipts, the journal."""
