from ast import literal_eval

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class PmSlaPolicy(models.Model):
    """What is promised for a kind of document: which steps, within which time.

    Of the policies of a document model the first one whose domain, company and
    estates fit holds. Clocks start when a document first fits a policy, and their
    time runs in the working hours of its estate or around the clock.
    """

    _name = "pm.sla.policy"
    _pm_copyable = True
    _description = "Service Level Policy"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(
        default=10, help="The first policy that fits a document holds for it."
    )
    model_id = fields.Many2one(
        "ir.model",
        "Kind of Record",
        required=True,
        ondelete="cascade",
        domain=lambda self: [("model", "in", self._get_model_names())],
    )
    model = fields.Char(
        related="model_id.model", store=True, index=True, precompute=True
    )
    domain = fields.Char(
        "Applies To", default="[]", help="Documents that this policy is about."
    )
    company_id = fields.Many2one("res.company", help="Empty: all companies.")
    estate_ids = fields.Many2many(
        "pm.property",
        string="Estates",
        domain="[('kind', '=', 'estate')]",
        help="Empty: all estates.",
    )
    hours = fields.Selection(
        [("calendar", "Working hours of the estate"), ("always", "Around the clock")],
        string="Time Runs",
        required=True,
        default="calendar",
    )
    has_pause = fields.Boolean(
        "Can Be Paused",
        compute="_compute_has_rules",
        inverse="_inverse_has_pause",
        help="The clocks stand still while a record is like the condition says.",
    )
    has_stop = fields.Boolean(
        "Can End Without Verdict",
        compute="_compute_has_rules",
        inverse="_inverse_has_stop",
        help="The clocks that still run are closed when a record is like the "
        "condition says.",
    )
    pause_domain = fields.Char(
        "Paused While",
        help="The clocks stand still while a document is like this, for example "
        "while it waits for the customer.",
    )
    stop_domain = fields.Char(
        "Ends Without Verdict",
        help="Clocks that still run are closed when a document is like this, for "
        "example cancelled.",
    )
    target_ids = fields.One2many("pm.sla.target", "policy_id", "Targets", copy=True)
    level_ids = fields.One2many("pm.sla.level", "policy_id", "Escalation", copy=True)
    note = fields.Text("Description", translate=True)

    @api.depends("pause_domain", "stop_domain")
    def _compute_has_rules(self):
        for policy in self:
            policy.has_pause = policy._is_rule(policy.pause_domain)
            policy.has_stop = policy._is_rule(policy.stop_domain)

    def _inverse_has_pause(self):
        self.filtered(lambda policy: not policy.has_pause).pause_domain = False

    def _inverse_has_stop(self):
        self.filtered(lambda policy: not policy.has_stop).stop_domain = False

    @api.constrains("model_id", "domain", "pause_domain", "stop_domain")
    def _check_domains(self):
        for policy in self:
            for name in ("domain", "pause_domain", "stop_domain"):
                policy._check_domain(policy[name], self._fields[name], policy.name)

    @api.model_create_multi
    def create(self, vals_list):
        policies = super().create(vals_list)
        self.env.registry.clear_cache()
        return policies

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.model
    def _get_model_names(self):
        """Return the names of the models whose documents can have clocks."""
        mixin = self.env.registry["pm.sla.mixin"]
        return sorted(
            name
            for name, model in self.env.registry.items()
            if issubclass(model, mixin) and not model._abstract
        )

    @api.model
    def _of_model(self, model):
        """Return the policies for documents of ``model``, in order."""
        return self.browse(self._ids_of_model(model))

    @api.model
    @tools.ormcache("model")
    def _ids_of_model(self, model):
        policies = self.sudo().with_context(active_test=True)
        return tuple(policies.search([("model", "=", model)]).ids)

    def _match(self, documents):
        """Return {document id: policy} of the first policy that fits each."""
        found = {}
        left = documents
        for policy in self:
            fitting = left.filtered_domain(self._read_domain(policy.domain)).filtered(
                policy._covers
            )
            found.update(dict.fromkeys(fitting.ids, policy))
            left -= fitting
        return found

    def _covers(self, document):
        """Whether the company and the estate of a document are among ours."""
        return (not self.company_id or self.company_id == document._sla_company()) and (
            not self.estate_ids or document._sla_estate() in self.estate_ids
        )

    def _targets_ahead(self, document):
        """Return the targets that a document has still to reach."""
        if self._is_rule(self.stop_domain) and document.filtered_domain(
            self._read_domain(self.stop_domain)
        ):
            return self.target_ids.browse()
        return self.target_ids.filtered(lambda target: not target._reached_by(document))

    @api.model
    def _is_rule(self, text):
        """Whether a condition says anything; the editor leaves [] behind."""
        return bool(literal_eval(text or "[]"))

    @api.model
    def _read_domain(self, text):
        """Return the domain that a user wrote; an empty one fits every document."""
        return Domain(literal_eval(text or "[]"))

    def _check_domain(self, text, field, owner):
        """Refuse a domain that cannot be read or names a field that is not there."""
        if not text or not self.model:
            return
        try:
            self._read_domain(text).validate(self.env[self.model].sudo())
        except (ValueError, SyntaxError, TypeError, KeyError) as error:
            raise ValidationError(
                self.env._(
                    "%(owner)s: the condition in %(field)s does not fit the "
                    "document %(document)s: %(error)s",
                    owner=owner,
                    field=field._description_string(self.env),
                    document=self.model_id.name,
                    error=error,
                )
            ) from error
