-- a copy of the database for tests tells no other system and no group of staff
UPDATE pm_webhook SET active = FALSE, secret = 'neutralized';
UPDATE pm_wecom_robot SET active = FALSE, address = 'neutralized';
