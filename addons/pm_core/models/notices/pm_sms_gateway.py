import json

import requests

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.sms.tools.sms_api import SmsApiBase

from ...engine.phone import PhoneError
from ...tools import sms_gateway

# text that shows in a check whether a body is good JSON
SAMPLE = {"phone": "13800000000", "text": 'A "text"\nof two lines', "account": "a"}


class PmSmsGateway(models.Model):
    """The HTTP gateway by which a company sends SMS, instead of Odoo's own service.

    Everything that goes out by Odoo's SMS takes it: notices, reminders, the SMS
    button of a customer. Administrators only: the secret is in it.
    """

    _name = "pm.sms.gateway"
    _description = "SMS Gateway"
    _order = "company_id, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    url = fields.Char(
        "Address",
        required=True,
        help="Placeholders may stand here, too: {phone}, {text}, {account}, {secret}.",
    )
    method = fields.Selection(
        [("POST", "POST"), ("GET", "GET")], required=True, default="POST"
    )
    body_format = fields.Selection(
        [("json", "JSON"), ("form", "Form")], "Format", required=True, default="json"
    )
    body = fields.Text(
        "What Is Sent",
        help="What the gateway is sent, with {phone}, {text}, {account} and {secret} "
        "where they belong. In JSON placeholders stand between quotes.",
        default='{"account": "{account}", "password": "{secret}", '
        '"phone": "{phone}", "msg": "{text}"}',
    )
    headers = fields.Text(help='One a line, for example "Authorization: {secret}".')
    account = fields.Char("Account or App Key")
    secret = fields.Char("Password or Secret", copy=False)
    number_format = fields.Selection(
        [
            ("national", "Without country code (13800000000)"),
            ("digits", "With country code (8613800000000)"),
            ("e164", "International (+8613800000000)"),
        ],
        "Phone Numbers",
        required=True,
        default="national",
    )
    success_path = fields.Char(
        "Where the Answer Says So",
        help="Field of the answer that tells success, for example code or data.status. "
        "Empty: the whole answer.",
    )
    success_value = fields.Char(
        "Value of Success",
        help="For example 0 or OK. Where both are empty any answer without an error "
        "is taken for success.",
    )
    message_path = fields.Char(
        "Where the Reason Is",
        help="Field of the answer that says why the message was refused, for example "
        "errorMsg.",
    )
    last_sent_at = fields.Datetime("Last Taken", readonly=True, copy=False)
    test_number = fields.Char(
        "Number for a Test", copy=False, help="The test sends it a real SMS."
    )

    _one_per_company = models.UniqueIndex(
        "(company_id) WHERE active", "The company has an SMS gateway already."
    )

    @api.constrains("url", "body", "headers", "body_format", "method")
    def _check_templates(self):
        for gateway in self:
            gateway._check_address()
            gateway._check_placeholders()
            if gateway.method == "POST" and gateway.body_format == "json":
                gateway._check_json()

    def _check_address(self):
        if not self.url.startswith(("http://", "https://")):
            raise ValidationError(
                self.env._(
                    "%(gateway)s: the address begins with https:// or http://.",
                    gateway=self.name,
                )
            )

    def _check_placeholders(self):
        body = self.body if self.method == "POST" else ""
        unknown = sms_gateway.unknown_placeholders(self.url, body, self.headers)
        if unknown:
            raise ValidationError(
                self.env._(
                    "%(gateway)s: {%(name)s} means nothing here. The placeholders are "
                    "{phone}, {text}, {account} and {secret}.",
                    gateway=self.name,
                    name=unknown[0],
                )
            )
        for name in ("phone", "text"):
            if f"{{{name}}}" not in self.url + (body or ""):
                raise ValidationError(
                    self.env._(
                        "%(gateway)s: {%(name)s} is missing in what is sent.",
                        gateway=self.name,
                        name=name,
                    )
                )

    def _check_json(self):
        body = sms_gateway.fill(self.body, {**SAMPLE, "secret": "s"}, "json")
        try:
            json.loads(body)
        except ValueError as error:
            raise ValidationError(
                self.env._(
                    "%(gateway)s: the body is not JSON: %(error)s",
                    gateway=self.name,
                    error=error,
                )
            ) from error

    @api.model
    def _of_company(self, company):
        """Return the gateway by which a company sends, as superuser."""
        gateways_sudo = self.sudo()
        return gateways_sudo.search([("company_id", "=", company.id)], limit=1)

    def action_test(self):
        """Send a real SMS to the number for tests.

        :raises UserError: no number, or saying what the gateway answered
        """
        self.ensure_one()
        self.check_access("write")
        if not self.test_number:
            raise UserError(
                self.env._("Enter the number that gets the SMS of the test.")
            )
        text = self.env._(
            "This is a test of %(company)s.", company=self.company_id.name
        )
        try:
            self._send(requests.Session(), self.test_number, text)
        except sms_gateway.GatewayError as error:
            raise UserError(
                self.env._(
                    "%(gateway)s did not take the message: %(error)s",
                    gateway=self.name,
                    error=error,
                )
            ) from error
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The gateway took the message."),
            },
        }

    def _send(self, session, number, text):
        """Send one SMS.

        :raises sms_gateway.GatewayError:
        """
        settings = {
            name: self[name]
            for name in (
                "url",
                "method",
                "body_format",
                "body",
                "headers",
                "success_path",
                "success_value",
                "message_path",
            )
        }
        sms_gateway.send(
            session,
            settings,
            {
                "phone": self._format_number(number),
                "text": text,
                "account": self.account or "",
                "secret": self.secret or "",
            },
        )

    def _format_number(self, number):
        """Write a phone number the way the gateway wants it.

        :raises sms_gateway.GatewayError: it is not one phone number
        """
        try:
            phone = self._pm_read_phone(number, self.company_id.country_id)
        except PhoneError as error:
            raise sms_gateway.GatewayError(self._pm_phone_problem(error)) from error
        if self.number_format == "national":
            code = str(self.company_id.country_id.phone_code or "86")
            return phone.e164.removeprefix("+").removeprefix(code)
        return phone.e164.removeprefix("+" if self.number_format == "digits" else "")


class SmsApiGateway(SmsApiBase):
    """What ``sms.sms`` asks to send, answered by the gateway of a company."""

    PROVIDER_TO_SMS_FAILURE_TYPE = SmsApiBase.PROVIDER_TO_SMS_FAILURE_TYPE | {
        "pm_refused": "pm_refused",
    }

    def _send_sms_batch(self, messages, delivery_reports_url=False):
        gateway = self.env["pm.sms.gateway"]._of_company(self.company)
        session = requests.Session()
        results = []
        for message in messages:
            for number in message["numbers"]:
                result = {"uuid": number["uuid"], "state": "sent"}
                try:
                    gateway._send(session, number["number"], message["content"])
                except sms_gateway.GatewayError as error:
                    state = "pm_refused" if error.reached else "server_error"
                    result.update(state=state, failure_reason=str(error))
                results.append(result)
        if any(result["state"] == "sent" for result in results):
            gateway._as_step().last_sent_at = fields.Datetime.now()
        return results

    def _get_sms_api_error_messages(self):
        return {
            **super()._get_sms_api_error_messages(),
            "pm_refused": self.env._("The SMS gateway refused the message."),
        }
