-- a copy of the database for tests reaches no resident
UPDATE pm_wechat_account SET active = FALSE, secret = 'neutralized', token = NULL;
UPDATE pm_sms_gateway SET active = FALSE, secret = 'neutralized';
